//! `workload.toml`: what is run, as its author writes it. The format is described in `docs/manifest.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// The version of the manifest format that this build reads.
pub const MANIFEST_VERSION: u32 = 1;

/// A whole `workload.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format; 1 today.
    pub manifest_version: u32,
    /// The workload's name; equals its folder's.
    pub name: Slug,
    /// Whether it serves or runs and exits.
    pub kind: Kind,
    /// What it does, in a sentence.
    pub summary: String,
    /// What is run in each kind of lane.
    pub artifacts: Artifacts,
    /// What the component may reach; nothing by default.
    #[serde(default)]
    pub grants: Grants,
    /// For kind `http`: the requests. The first one decides readiness.
    #[serde(default, rename = "request", skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// For kind `command`: how it is called and what must come out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A service: starts, answers requests, is stopped.
    Http,
    /// Runs and exits.
    Command,
}

impl Kind {
    /// The word for it in a manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Command => "command",
        }
    }
}

/// Files that are run, relative to the workload's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Artifacts {
    /// The WASI 0.2 component.
    pub component: String,
    /// The static native binary, with `{arch}` for the machine's architecture.
    pub native: String,
}

/// What an instance may reach beyond nothing. All but the environment is a component's: a native binary has what its lane
/// leaves it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Grants {
    /// Real clocks. Without it clocks stand still.
    pub clock: bool,
    /// Real randomness. Without it the generator is seeded with a constant.
    pub random: bool,
    /// Standard output, captured up to a limit. Without it output is dropped.
    pub stdout: bool,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
}

/// One request of a service, and the answer it must give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name, unique in the manifest.
    pub name: Slug,
    /// HTTP method.
    #[serde(default = "get")]
    pub method: String,
    /// Path with query, beginning with `/`.
    pub path: String,
    /// File sent as the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Content type of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Share in the load; 0: checked once per trial, but no part of the load.
    #[serde(default = "one")]
    pub weight: u32,
    /// The answer.
    pub expect: Expect,
}

fn get() -> String {
    "GET".to_owned()
}

fn one() -> u32 {
    1
}

/// The answer that counts as right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// HTTP status.
    pub status: u16,
    /// Content type; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// File with the expected body.
    pub body: String,
    /// How the body is compared.
    #[serde(default)]
    pub compare: Compare,
    /// For `pixels`: the largest difference allowed in any channel of any pixel, 0 to 255.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<u8>,
}

/// How a body is compared with the expected one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Byte for byte.
    #[default]
    Bytes,
    /// Decoded as an image and compared pixel by pixel, within `tolerance`. Equal bytes pass at once.
    Pixels,
}

/// How a command is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Arguments after the program's name.
    #[serde(default)]
    pub args: Vec<String>,
    /// What must come out.
    pub expect: CommandExpect,
}

/// What a command must give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandExpect {
    /// Exit code.
    #[serde(default)]
    pub exit_code: i32,
    /// File with the expected standard output.
    pub stdout: String,
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The text is not this format.
    #[error("`workload.toml` is wrong at {place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What, in the parser's words.
        message: String,
    },
    /// The text parses but says something that can't be.
    #[error("`workload.toml` is wrong at {place}: `{key}` {problem}")]
    Value {
        /// Where the offending text stands; line 1 where it stands nowhere.
        place: Place,
        /// The key.
        key: String,
        /// What is wrong with it and what would be right.
        problem: String,
    },
}

impl Manifest {
    /// Reads and validates a manifest.
    ///
    /// # Errors
    /// With line and column: when it is not TOML, a key is unknown or missing, a type is wrong, or a value
    /// breaks a rule of the format.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ManifestError::Syntax {
            place: Place::at(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        manifest.validate().map_err(|Fault { key, needle, problem }| ManifestError::Value {
            place: Place::at(text, text.find(&needle).unwrap_or(0)),
            key,
            problem,
        })?;
        Ok(manifest)
    }

    /// Every file the manifest names, with `{arch}` filled in, and the key that names it.
    fn files(&self, arch: &str) -> Vec<(&'static str, String)> {
        let mut files = vec![
            ("artifacts.component", self.artifacts.component.clone()),
            ("artifacts.native", self.artifacts.native.replace("{arch}", arch)),
        ];
        for request in &self.requests {
            files.extend(request.body.iter().map(|body| ("request.body", body.clone())));
            files.push(("request.expect.body", request.expect.body.clone()));
        }
        files.extend(
            self.command.iter().map(|command| ("command.expect.stdout", command.expect.stdout.clone())),
        );
        files
    }

    fn validate(&self) -> Result<(), Fault> {
        if self.manifest_version != MANIFEST_VERSION {
            let found = self.manifest_version;
            return Err(Fault::at(
                "manifest_version",
                "manifest_version",
                format!(
                    "is {found}, but this build reads version {MANIFEST_VERSION}: use a Plimsoll that knows it"
                ),
            ));
        }
        for (key, file) in self.files("x86_64") {
            stays_inside(&file).map_err(|problem| Fault::at(key, &file, problem))?;
        }
        match self.kind {
            Kind::Http => self.validate_http(),
            Kind::Command => self.validate_command(),
        }
    }

    fn validate_http(&self) -> Result<(), Fault> {
        if self.command.is_some() {
            return Err(Fault::at("command", "[command]", "belongs to kind `command`: remove it"));
        }
        if self.requests.is_empty() {
            return Err(Fault::at(
                "request",
                "kind",
                "is missing: kind `http` needs at least one [[request]]",
            ));
        }
        if self.requests.iter().all(|request| request.weight == 0) {
            return Err(Fault::at("request.weight", "weight", "is 0 everywhere: nothing would be loaded"));
        }
        let mut names = BTreeSet::new();
        for request in &self.requests {
            let name = request.name.as_str();
            if !names.insert(name) {
                return Err(Fault::at(
                    "request.name",
                    name,
                    format!("`{name}` stands twice: name each request once"),
                ));
            }
            request.validate()?;
        }
        Ok(())
    }

    fn validate_command(&self) -> Result<(), Fault> {
        if !self.requests.is_empty() {
            return Err(Fault::at("request", "[[request]]", "belongs to kind `http`: remove it"));
        }
        if self.command.is_none() {
            return Err(Fault::at("command", "kind", "is missing: kind `command` needs a [command] table"));
        }
        Ok(())
    }
}

impl Request {
    fn validate(&self) -> Result<(), Fault> {
        let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.path.starts_with('/') || !printable(&self.path) {
            return Err(Fault::at(
                "request.path",
                &self.path,
                "must begin with `/` and hold no blank or control character",
            ));
        }
        if self.method.is_empty() || !self.method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Fault::at(
                "request.method",
                &self.method,
                "must be an HTTP method in capitals, e.g. `POST`",
            ));
        }
        if self.content_type.as_deref().is_some_and(|text| text.bytes().any(|byte| byte.is_ascii_control())) {
            return Err(Fault::at(
                "request.content_type",
                "content_type",
                "must not hold control characters",
            ));
        }
        if !(100..=599).contains(&self.expect.status) {
            return Err(Fault::at(
                "request.expect.status",
                "status",
                "must be an HTTP status from 100 to 599",
            ));
        }
        match (self.expect.compare, self.expect.tolerance) {
            (Compare::Bytes, Some(_)) => {
                Err(Fault::at("request.expect.tolerance", "tolerance", "needs `compare = \"pixels\"`"))
            }
            (Compare::Pixels, None) => Err(Fault::at(
                "request.expect.tolerance",
                "\"pixels\"",
                "is missing: `compare = \"pixels\"` needs it",
            )),
            _ => Ok(()),
        }
    }
}

struct Fault {
    key: String,
    needle: String,
    problem: String,
}

impl Fault {
    fn at(key: &str, needle: &str, problem: impl Into<String>) -> Self {
        Self { key: key.to_owned(), needle: needle.to_owned(), problem: problem.into() }
    }
}

fn stays_inside(file: &str) -> Result<(), String> {
    let path = Path::new(file);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if file.is_empty() || file.contains('\0') || !plain {
        return Err(format!("`{file}` leaves the workload's folder: name a file inside it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"manifest_version = 1
name = "hello"
kind = "command"
summary = "Prints one line."
[artifacts]
component = "hello.wasm"
native = "native/{arch}/hello"
[command.expect]
stdout = "expected/stdout.txt"
"#;

    fn refusal(text: &str) -> String {
        Manifest::parse(text).expect_err("must be refused").to_string()
    }

    #[test]
    fn a_right_manifest_is_read() {
        let manifest = Manifest::parse(HELLO).unwrap();
        assert_eq!(manifest.kind, Kind::Command);
        assert!(!manifest.grants.stdout);
    }

    #[test]
    fn an_unknown_key_is_named_with_line_and_column() {
        let text = HELLO.replace("summary", "sumary");
        let refusal = refusal(&text);
        assert!(refusal.contains("line 4, column 1"), "{refusal}");
        assert!(refusal.contains("sumary"), "{refusal}");
    }

    #[test]
    fn a_wrong_type_is_named_with_line_and_column() {
        let refusal = refusal(&HELLO.replace("\"hello.wasm\"", "17"));
        assert!(refusal.contains("line 6, column 13"), "{refusal}");
    }

    #[test]
    fn a_path_that_climbs_out_of_the_folder_is_refused() {
        for bad in ["../hello.wasm", "/etc/passwd", "a/../../b", "", "./x"] {
            let refusal = refusal(&HELLO.replace("hello.wasm", bad));
            assert!(refusal.contains("leaves the workload's folder"), "{refusal}");
        }
    }

    #[test]
    fn a_manifest_of_a_later_version_says_so() {
        let refusal = refusal(&HELLO.replace("manifest_version = 1", "manifest_version = 9"));
        assert!(refusal.contains("line 1") && refusal.contains("reads version 1"), "{refusal}");
    }

    #[test]
    fn a_command_with_requests_is_refused_where_they_stand() {
        let text = format!(
            "{HELLO}[[request]]\nname = \"x\"\npath = \"/\"\n[request.expect]\nstatus = 200\nbody = \"b\"\n"
        );
        assert!(refusal(&text).contains("line 10, column 1"));
    }
}
