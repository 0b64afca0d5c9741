use plimsoll_model::{LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use super::runs::Runs;
use crate::calling::Calling;

/// Lanes of programs that run an artifact.
pub(super) const FAMILY: Slug = Slug::known("program");

/// What tells one lane from another. Words are separated by blanks and quoted as in a shell; no shell runs them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Parameters {
    /// The program: a name that is looked for on `PATH`, or a whole path.
    pub(super) program: String,
    /// What it runs.
    pub(super) runs: Runs,
    /// Its words where it runs a command; empty: it runs none. `{artifact}` is the file; `{variables}`, `{folders}` and
    /// `{arguments}` stand for as many words as there are.
    pub(super) command: String,
    /// Its words where it serves; empty: it runs no service. `{host}` and `{port}` are where it listens.
    pub(super) serve: String,
    /// The words, the program's own name first, that make of `{artifact}` the file `{compiled}`, which is then run in its
    /// place; empty: nothing is made.
    pub(super) compile: String,
    /// The words that tell one variable, with `{name}` and `{value}`; empty: variables are in the environment.
    pub(super) variable: String,
    /// The words that tell one folder, with `{from}` and `{to}`; empty: no folder can be told.
    pub(super) folder: String,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) slug: Slug,
    pub(super) parameters: Parameters,
}

/// Words as they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Templates {
    pub(super) command: Vec<String>,
    pub(super) serve: Vec<String>,
    pub(super) compile: Vec<String>,
    pub(super) variable: Vec<String>,
    pub(super) folder: Vec<String>,
}

impl Lane {
    pub(super) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        let lane = Self { slug: spec.slug.clone(), parameters: parameters_of(spec)? };
        match lane.problem() {
            None => Ok(lane),
            Some(problem) => Err(LaneError::Together { lane: lane.slug, problem }),
        }
    }

    fn problem(&self) -> Option<String> {
        let Parameters { program, command, serve, compile, variable, folder, .. } = &self.parameters;
        if program.is_empty() {
            return Some("`program` names none".to_owned());
        }
        if command.is_empty() && serve.is_empty() {
            return Some("neither `command` nor `serve` says how it is called".to_owned());
        }
        let named = [
            ("command", command),
            ("serve", serve),
            ("compile", compile),
            ("variable", variable),
            ("folder", folder),
        ];
        if let Some((name, _)) = named.iter().find(|(_, text)| shell_words::split(text).is_err()) {
            return Some(format!("a quote is left open in `{name}`"));
        }
        let stray = named.iter().find_map(|(name, text)| Some((name, stray(text, filled(name))?)));
        if let Some((name, stray)) = stray {
            let there_are: Vec<String> = filled(name).iter().map(|hole| format!("`{{{hole}}}`")).collect();
            return Some(format!("`{name}` has `{{{stray}}}`, where there is {}", there_are.join(", ")));
        }
        let lacks = |text: &str, hole: &str| !text.is_empty() && !text.contains(hole);
        let holes = [
            ("command", command, "{artifact}"),
            ("serve", serve, "{artifact}"),
            ("serve", serve, "{port}"),
            ("compile", compile, "{artifact}"),
            ("compile", compile, "{compiled}"),
        ];
        // A service may be told where to listen by its own words or variables.
        let wanted = |name: &str, hole: &str| {
            !(name == "serve" && hole == "{port}" && self.parameters.runs == Runs::Binary)
        };
        let missing = holes.iter().find(|(name, text, hole)| lacks(text, hole) && wanted(name, hole));
        missing.map(|(name, _, hole)| format!("`{name}` does not say where `{hole}` stands"))
    }

    /// With all its parameters.
    pub(super) fn spec(&self) -> LaneSpec {
        let Parameters { program, runs, command, serve, compile, variable, folder } = &self.parameters;
        let parameters = [
            ("program", program.as_str()),
            ("runs", runs.as_str()),
            ("command", command),
            ("serve", serve),
            ("compile", compile),
            ("variable", variable),
            ("folder", folder),
        ];
        let parameters = parameters.map(|(name, text)| (Slug::known(name), Parameter::Text(text.to_owned())));
        LaneSpec { parameters: parameters.into(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    pub(super) fn templates(&self) -> Templates {
        let Parameters { command, serve, compile, variable, folder, .. } = &self.parameters;
        // Looked at when the lane was opened.
        let split = |text: &str| shell_words::split(text).unwrap_or_default();
        Templates {
            command: split(command),
            serve: split(serve),
            compile: split(compile),
            variable: split(variable),
            folder: split(folder),
        }
    }

    /// How it is called to run this file.
    pub(super) fn calling(&self, serves: bool, artifact: &str) -> Calling {
        let Templates { command, serve, variable, folder, .. } = self.templates();
        let words = if serves { serve } else { command };
        let words = words.into_iter().map(|word| word.replace("{artifact}", artifact)).collect();
        Calling { words, variable, folder }
    }
}

/// What is filled into the words of a parameter.
fn filled(parameter: &str) -> &'static [&'static str] {
    match parameter {
        "command" => &["artifact", "variables", "folders", "arguments"],
        "serve" => &["artifact", "variables", "folders", "arguments", "host", "port"],
        "compile" => &["artifact", "compiled"],
        "variable" => &["name", "value"],
        "folder" => &["from", "to"],
        _ => &[],
    }
}

/// A name in braces that nothing is filled in for; what else stands in braces is the program's own.
fn stray<'text>(text: &'text str, filled: &[&str]) -> Option<&'text str> {
    let mut rest = text;
    while let Some((name, later)) = rest.split_once('{').and_then(|(_, after)| after.split_once('}')) {
        let is_name = !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_lowercase());
        if is_name && !filled.contains(&name) {
            return Some(name);
        }
        rest = later;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(parameters: &[(&'static str, &str)]) -> Result<Lane, String> {
        let text =
            |(name, text): &(&'static str, &str)| (Slug::known(name), Parameter::Text((*text).to_owned()));
        let parameters = parameters.iter().map(text).collect();
        let spec = LaneSpec { parameters, ..LaneSpec::plain(Slug::known("mine"), FAMILY) };
        Lane::of(&spec).map_err(|error| error.to_string())
    }

    #[test]
    fn what_could_never_run_is_refused_with_what_is_missing() {
        let refused = |parameters: &[(&'static str, &str)]| opened(parameters).unwrap_err();
        assert!(refused(&[]).contains("`program` names none"));
        let program = ("program", "engine");
        assert!(refused(&[program]).contains("neither `command` nor `serve`"));
        assert!(
            refused(&[program, ("command", "run")])
                .contains("`command` does not say where `{artifact}` stands")
        );
        assert!(refused(&[program, ("serve", "{artifact}")]).contains("where `{port}` stands"));
        assert!(
            refused(&[program, ("command", "'{artifact}")]).contains("a quote is left open in `command`")
        );
        let compile = ("compile", "engine compile {artifact}");
        assert!(refused(&[program, ("command", "{artifact}"), compile]).contains("`{compiled}`"));
    }

    #[test]
    fn words_are_split_as_a_shell_does_and_run_by_none() {
        let lane = opened(&[("program", "engine"), ("command", "run 'a b' {artifact} $HOME")]).unwrap();
        assert_eq!(lane.calling(false, "/x y").words, ["run", "a b", "/x y", "$HOME"]);
        assert_eq!(Lane::of(&lane.spec()).unwrap(), lane);
    }

    #[test]
    fn a_name_in_braces_that_nothing_is_filled_in_for_is_refused_with_what_there_is() {
        let of = |command| opened(&[("program", "wasmedge"), ("command", command)]);
        let told = of("-n {artifact} {nope}").unwrap_err();
        assert!(told.contains("`command` has `{nope}`, where there is `{artifact}`"), "{told}");
        assert!(of("{artifact} {\"a\":1} {Nope} {}").is_ok());
    }
}
