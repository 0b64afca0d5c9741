//! `workload.toml`: what is run, as its author writes it. The format is described in `docs/manifest.md`.

mod check;
mod place;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::place::Keys;
pub use self::place::Place;
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
    /// The text parses but says what can't be.
    #[error("`workload.toml` is wrong at {}", listed(faults, *beyond))]
    Values {
        /// What can't be, in the order of the text.
        faults: Vec<Fault>,
        /// How much more there is of it.
        beyond: usize,
    },
}

/// Something that can't be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands; where it would, for what is missing.
    pub place: Place,
    /// The key.
    pub key: String,
    /// What is wrong with it and what would be right.
    pub problem: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: `{}` {}", self.place, self.key, self.problem)
    }
}

fn listed(faults: &[Fault], beyond: usize) -> String {
    let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; at ");
    if beyond == 0 { told } else { format!("{told}; and at {beyond} places more") }
}

impl Manifest {
    /// The most faults of one that are told with their places.
    pub const MOST_TOLD: usize = 50;

    /// Reads and validates a manifest.
    ///
    /// # Errors
    /// With line and column: when it is not TOML, a key is unknown or missing, or a type is wrong; and of all values
    /// that break a rule of the format.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ManifestError::Syntax {
            place: Place::at(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let found = check::faults(&manifest);
        if found.is_empty() {
            return Ok(manifest);
        }
        let keys = Keys::of(text);
        let beyond = found.len().saturating_sub(Self::MOST_TOLD);
        let told = found.into_iter().take(Self::MOST_TOLD);
        let mut faults: Vec<Fault> = told.map(|found| found.at(&keys)).collect();
        faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        Err(ManifestError::Values { faults, beyond })
    }
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
    fn every_fault_is_told_at_once_each_where_it_stands() {
        let request = |name: &str, path: &str, expect: &str| {
            format!(
                "[[request]]\nname = \"{name}\"\npath = \"{path}\"\n[request.expect]\nbody = \"b\"\n{expect}\n"
            )
        };
        let head = HELLO.replace("\"command\"", "\"http\"").replace("Prints one line.", "index status 999");
        let (head, _) = head.split_once("[command.expect]").unwrap();
        let text = format!(
            "{head}{}{}{}",
            request("index", "/", "status = 200"),
            request("second", "nowhere", "status = 999"),
            request("index", "/x", "status = 200\ntolerance = 3")
        );
        let ManifestError::Values { faults, .. } = Manifest::parse(&text).unwrap_err() else {
            panic!("it is TOML")
        };
        let told: Vec<_> = faults.iter().map(|fault| (fault.place.line, fault.key.as_str())).collect();
        let expected = [
            (16, "request.path"),
            (19, "request.expect.status"),
            (21, "request.name"),
            (26, "request.expect.tolerance"),
        ];
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn of_very_many_faults_the_first_are_told_and_how_many_there_are() {
        let wrong = "[[request]]\nname = \"a\"\npath = \"\"\n[request.expect]\nstatus = 9\nbody = \"\"\n";
        let head = HELLO.replace("\"command\"", "\"http\"");
        let (head, _) = head.split_once("[command.expect]").unwrap();
        let refusal = refusal(&format!("{head}{}", wrong.repeat(5_000)));
        assert!(refusal.ends_with("; and at 19949 places more"), "{}", refusal.len());
        assert_eq!(refusal.matches("; at ").count(), Manifest::MOST_TOLD - 1);
    }

    #[test]
    fn an_exit_code_that_no_process_can_have_is_refused() {
        for code in ["256", "-1"] {
            let text = HELLO.replace("[command.expect]", &format!("[command.expect]\nexit_code = {code}"));
            assert!(
                refusal(&text).contains("line 9, column 13: `command.expect.exit_code` is"),
                "{}",
                refusal(&text)
            );
        }
    }

    #[test]
    fn a_command_with_requests_is_refused_where_they_stand() {
        let text = format!(
            "{HELLO}[[request]]\nname = \"x\"\npath = \"/\"\n[request.expect]\nstatus = 200\nbody = \"b\"\n"
        );
        assert!(refusal(&text).contains("line 10, column 1"));
    }
}
