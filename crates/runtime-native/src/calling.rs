use std::collections::BTreeMap;
use std::net::SocketAddr;

use plimsoll_runtime::GivenFolder;

/// How a program is called around a workload's own arguments. Each word may hold `{host}` and `{port}`; a word that is
/// `{variables}`, `{folders}` or `{arguments}` alone stands for as many as there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calling {
    /// The words; arguments stand at their end where they are not told otherwise.
    pub(crate) words: Vec<String>,
    /// The words that tell one variable, with `{name}` and `{value}`; empty: variables are in the environment.
    pub(crate) variable: Vec<String>,
    /// The words that tell one folder, with `{from}` and `{to}`.
    pub(crate) folder: Vec<String>,
}

/// What one process is started with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StartedWith {
    pub(crate) args: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
}

impl Calling {
    /// All words, and what is in the environment.
    pub(crate) fn around(
        &self,
        own: Vec<String>,
        variables: BTreeMap<String, String>,
        address: Option<SocketAddr>,
        folders: &[GivenFolder],
    ) -> StartedWith {
        let mut told_own = false;
        let mut args = Vec::new();
        for word in &self.words {
            match word.as_str() {
                "{arguments}" => {
                    args.extend(own.iter().cloned());
                    told_own = true;
                }
                "{variables}" => args.extend(variables.iter().flat_map(|(name, value)| {
                    filled(&self.variable, &[("{name}", name), ("{value}", value)])
                })),
                "{folders}" => args.extend(folders.iter().flat_map(|folder| {
                    filled(&self.folder, &[("{from}", &folder.at.to_string_lossy()), ("{to}", &folder.to)])
                })),
                word => args.push(match address {
                    Some(address) => word
                        .replace("{host}", &address.ip().to_string())
                        .replace("{port}", &address.port().to_string()),
                    None => word.to_owned(),
                }),
            }
        }
        if !told_own {
            args.extend(own);
        }
        let environment = if self.variable.is_empty() { variables } else { BTreeMap::new() };
        StartedWith { args, environment }
    }
}

fn filled(words: &[String], holes: &[(&str, &str)]) -> Vec<String> {
    // One after the other in one pass over the text: what stands in for a hole is never looked at again.
    let fill = |word: &String| {
        let mut rest = word.as_str();
        let mut whole = String::new();
        while let Some((at, hole, with)) = holes
            .iter()
            .filter_map(|(hole, with)| Some((rest.find(hole)?, *hole, *with)))
            .min_by_key(|(at, ..)| *at)
        {
            whole.push_str(&rest[..at]);
            whole.push_str(with);
            rest = &rest[at + hole.len()..];
        }
        whole + rest
    };
    words.iter().map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn words_variables_folders_and_arguments_stand_where_they_are_told() {
        let calling = Calling {
            words: words("serve {variables} --at {host}:{port} {folders} file {arguments} end"),
            variable: words("--env {name}={value}"),
            folder: words("--dir {from}::{to}"),
        };
        let variables = [("A".to_owned(), "{name}".to_owned())].into();
        let folder = GivenFolder { to: "/in".to_owned(), at: "/there".into(), write: false };
        let address = Some(SocketAddr::from(([127, 0, 0, 1], 8)));
        let StartedWith { args, environment } = calling.around(words("x y"), variables, address, &[folder]);
        let wanted = "serve --env A={name} --at 127.0.0.1:8 --dir /there::/in file x y end";
        assert_eq!(args, words(wanted));
        assert!(environment.is_empty());
    }

    #[test]
    fn a_plain_program_has_its_arguments_and_its_environment() {
        let variables: BTreeMap<String, String> = [("A".to_owned(), "b".to_owned())].into();
        let started = Calling::default().around(words("{host}"), variables.clone(), None, &[]);
        assert_eq!(started, StartedWith { args: words("{host}"), environment: variables });
    }
}
