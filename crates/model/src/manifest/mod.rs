//! `workload.toml`: what is run, as its author writes it. The format is described in `docs/manifest.md`.

mod check;
mod command;
mod folder;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::check::Objection;
pub use self::command::{Command, CommandExpect, FileExpect};
pub use self::folder::FolderGrant;
use crate::written::{self, Faults, Keys};
use crate::{Container, Listen, Slug};

/// The version of the manifest format that this build writes. It reads version 1 too, of which each manifest that is
/// right is right in version 2 as well.
pub const MANIFEST_VERSION: u32 = 2;

/// A whole `workload.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format: 2, or 1.
    pub manifest_version: u32,
    /// The workload's name; equals its folder's.
    pub name: Slug,
    /// Whether it serves or runs and exits.
    pub kind: Kind,
    /// What it does, in a sentence.
    pub summary: String,
    /// What is run in each kind of lane.
    pub artifacts: Artifacts,
    /// How a container of an image of your own is made.
    #[serde(default, skip_serializing_if = "Container::is_usual")]
    pub container: Container,
    /// For kind `http`: how a native program, or that of an image, is told where to listen.
    #[serde(default, skip_serializing_if = "Listen::is_usual")]
    pub listen: Listen,
    /// What the component may reach; nothing by default.
    #[serde(default, skip_serializing_if = "Grants::is_empty")]
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

/// What is run: at least one of these. Files are relative to the workload's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Artifacts {
    /// For the Wasm lanes: a component of WASI 0.2 or 0.3: a file, a folder that is an OCI layout, or
    /// `oci://host/name:tag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// For the Wasm lanes: a command module of WASI 0.1, named as a component is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// For lane `native`, and for the containers where no image is named: the static native binary, with `{arch}` for the
    /// machine's architecture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<String>,
    /// For the containers: an image that the engine has or pulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// For the containers: a folder with a `Dockerfile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<String>,
    /// For the containers: an image as `docker save` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// For the containers: a folder that is an OCI layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oci_layout: Option<String>,
}

impl Artifacts {
    /// Those of the Wasm lanes, by key.
    fn wasm(&self) -> [(&'static str, Option<&String>); 2] {
        [("component", self.component.as_ref()), ("module", self.module.as_ref())]
    }

    /// Those of the containers alone, by key.
    fn images(&self) -> [(&'static str, Option<&String>); 4] {
        [
            ("image", self.image.as_ref()),
            ("dockerfile", self.dockerfile.as_ref()),
            ("archive", self.archive.as_ref()),
            ("oci_layout", self.oci_layout.as_ref()),
        ]
    }
}

/// What an instance may reach beyond nothing. Environment and folders are given in every lane; clocks, randomness, output
/// and hosts are granted to a component alone: a native binary has what its lane leaves it.
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
    /// Hosts that it may connect to over TCP, each with its port: `db.example:5432`. None by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Folders that it sees.
    #[serde(rename = "folder", skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<FolderGrant>,
}

impl Grants {
    /// Whether nothing is granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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
    /// Headers beside those that are always sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
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
    /// File with the expected body; not for `status` and `schema`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// How the body is compared.
    #[serde(default)]
    pub compare: Compare,
    /// For `pixels`: the largest difference allowed in any channel of any pixel, 0 to 255.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<u8>,
    /// For `json`: what is not compared, each as a JSON Pointer in which `*` stands for any key or index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// For `schema`: file with the JSON Schema that the body must fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The lane whose answer this is; absent where somebody has said what is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Slug>,
}

/// How a body is compared with the expected one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Byte for byte.
    #[default]
    Bytes,
    /// Decoded as an image and compared pixel by pixel, within `tolerance`. Equal bytes pass at once.
    Pixels,
    /// Read as JSON: neither white space nor the order of keys counts, nor what is left out.
    Json,
    /// Read as JSON and held against the JSON Schema that `schema` names.
    Schema,
    /// Not at all: the status alone counts.
    Status,
}

/// Why a manifest is refused: it is not TOML, a key is unknown or missing, a type is wrong, or a value can't be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`workload.toml` is wrong at {0}")]
pub struct ManifestError(pub Faults);

impl Manifest {
    /// Every key of the format.
    const SAMPLE: &str = include_str!("sample.toml");

    /// Reads and validates a manifest.
    ///
    /// # Errors
    /// With line and column of all that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        Self::parse_with(text, |_| Vec::new())
    }

    /// The same, with what else is wrong with what stands there, as far as it can be read.
    ///
    /// # Errors
    /// With line and column of all that is wrong with it.
    pub fn parse_with(
        text: &str,
        others: impl FnOnce(&Self) -> Vec<Objection>,
    ) -> Result<Self, ManifestError> {
        let mut written = written::read::<Self>(text, Self::SAMPLE);
        if written.stands_in("kind")
            && let Some(read) = &mut written.read
        {
            read.kind = if read.requests.is_empty() { Kind::Command } else { Kind::Http };
        }
        let mut objections = written.read.as_ref().map(check::faults).unwrap_or_default();
        let keys = Keys::of(text);
        let mut found = std::mem::take(&mut written.found);
        if objections.iter().any(|objection| objection.key == check::VERSION) {
            found.clear();
        } else {
            objections.extend(written.read.as_ref().map(others).unwrap_or_default());
        }
        // Which of the two is wrong nobody knows before the kind is right.
        let rests_on_kind = |key: &str| written.stands_in("kind") && check::OF_KIND.contains(&key);
        let of_text = objections
            .into_iter()
            .filter(|objection| !written.stands_in(&objection.key) && !rests_on_kind(&objection.key));
        found.extend(of_text.map(|objection| objection.at(&keys)));
        match (Faults::of(text, found), written.read) {
            (None, Some(manifest)) => Ok(manifest),
            (Some(faults), _) => Err(ManifestError(faults)),
            (None, None) => unreachable!("what was not read has a fault"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"manifest_version = 2
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

    /// Of each fault its line and its first two words.
    fn told(text: &str) -> Vec<(usize, &'static str)> {
        let ManifestError(faults) = Manifest::parse(text).expect_err("must be refused");
        let words = |problem: &str| problem.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
        faults.told.iter().map(|fault| (fault.place.line, &*words(&fault.problem).leak())).collect()
    }

    #[test]
    fn the_sample_is_right_but_for_having_what_excludes_something_else() {
        let expected = [
            (8, "`artifacts.module` excludes"),
            (11, "`artifacts.dockerfile` excludes"),
            (12, "`artifacts.archive` excludes"),
            (13, "`artifacts.oci_layout` excludes"),
            (55, "`request.expect.left_out` needs"),
            (56, "`request.expect.schema` needs"),
            (59, "`command` belongs"),
        ];
        assert_eq!(told(Manifest::SAMPLE), expected, "{}", refusal(Manifest::SAMPLE));
    }

    #[test]
    fn what_version_1_does_not_know_is_refused_in_it_and_its_own_is_read() {
        let old = HELLO.replace("manifest_version = 2", "manifest_version = 1");
        assert_eq!(Manifest::parse(&old).unwrap().manifest_version, 1);
        let with_image = old.replace("native =", "image = \"x\"\nnative =");
        assert_eq!(told(&with_image), [(7, "`artifacts.image` needs")]);
        let pulled = old.replace("hello.wasm", "oci://a.test/hello:1");
        assert_eq!(told(&pulled), [(6, "`artifacts.component` needs")]);
        assert_eq!(told(&HELLO.replace("hello.wasm", "oci://a")), [(6, "`artifacts.component` `a`")]);
        let one_sided = old.replace("native = \"native/{arch}/hello\"\n", "");
        assert_eq!(told(&one_sided), [(5, "`artifacts` needs")]);
        assert!(refusal(&one_sided).contains("both"), "{}", refusal(&one_sided));
    }

    #[test]
    fn one_side_is_enough_and_none_is_not() {
        let no_native = HELLO.replace("native = \"native/{arch}/hello\"\n", "");
        assert_eq!(Manifest::parse(&no_native).unwrap().artifacts.native, None);
        let nothing = no_native.replace("component = \"hello.wasm\"\n", "");
        assert_eq!(told(&nothing), [(5, "`artifacts` names")]);
        assert_eq!(
            told(&HELLO.replace("hello.wasm\"", "hello.wasm\"\nimage = \"a b\"")),
            [(7, "`artifacts.image` `a")]
        );
    }

    #[test]
    fn keys_types_and_values_are_told_together() {
        let text = r#"manifest_version = 2
name = "Bad Name"
kind = "http"
sumary = "x"
[artifacts]
component = 17
native = "../x"
[[request]]
name = "index"
path = 3
methd = "GET"
[request.expect]
status = 999
[[request]]
name = "second"
path = "nowhere"
[request.expect]
status = "200"
body = "b"
"#;
        let expected = [
            (1, "missing field"),
            (2, "`Bad Name`"),
            (4, "unknown field"),
            (6, "invalid type:"),
            (7, "`artifacts.native` `../x`"),
            (10, "invalid type:"),
            (11, "unknown field"),
            (12, "`request.expect` needs"),
            (13, "`request.expect.status` must"),
            (16, "`request.path` must"),
            (18, "invalid type:"),
        ];
        let told = told(text);
        for (line, words) in expected {
            assert!(
                told.iter().any(|(at, told)| *at == line && words.starts_with(told.trim_end_matches(" is"))),
                "{line} {words}: {told:?}"
            );
        }
        assert_eq!(told.len(), expected.len(), "{told:?}");
    }

    #[test]
    fn without_a_kind_what_stands_there_tells_it() {
        assert_eq!(told(&HELLO.replace("kind = \"command\"", "kind = \"http2\"")), [(3, "unknown variant")]);
        assert_eq!(told(&HELLO.replace("kind = \"command\"\n", "")), [(1, "missing field")]);
        // Which of the two belongs to another kind can't be known.
        let service = format!(
            "{}[[request]]\nname = \"x\"\npath = \"x\"\n[request.expect]\nstatus = 9\nbody = \"b\"\n",
            HELLO.replace("kind = \"command\"", "kind = \"htp\"")
        );
        assert_eq!(
            told(&service),
            [(3, "unknown variant"), (12, "`request.path` must"), (14, "`request.expect.status` must")]
        );
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
        let refusal = refusal(&HELLO.replace("manifest_version = 2", "manifest_version = 9"));
        assert!(refusal.contains("line 1") && refusal.contains("reads versions 1 and 2"), "{refusal}");
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
        assert_eq!(
            told(&text),
            [
                (16, "`request.path` must"),
                (19, "`request.expect.status` must"),
                (21, "`request.name` `index`"),
                (26, "`request.expect.tolerance` needs"),
            ],
            "{text}"
        );
    }

    #[test]
    fn of_very_many_faults_the_first_are_told_and_how_many_there_are() {
        let wrong = "[[request]]\nname = \"a\"\npath = \"\"\n[request.expect]\nstatus = 9\nbody = \"\"\n";
        let head = HELLO.replace("\"command\"", "\"http\"");
        let (head, _) = head.split_once("[command.expect]").unwrap();
        let refusal = refusal(&format!("{head}{}", wrong.repeat(5_000)));
        assert!(refusal.ends_with(";\n    and 19949 more"), "{}", refusal.len());
        assert_eq!(refusal.matches(";\n    line ").count(), Faults::MOST_TOLD - 1);
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
