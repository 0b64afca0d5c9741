use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Compare;
use crate::Slug;

/// How a command is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Arguments after the program's name.
    #[serde(default)]
    pub args: Vec<String>,
    /// File that it is given on standard input; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
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
    /// How standard output is compared: `bytes`, `json`, or not at all with `status`, where the exit code alone counts.
    #[serde(default, skip_serializing_if = "Compare::is_bytes")]
    pub compare: Compare,
    /// What is not compared: for `json` each as a JSON Pointer in which `*` stands for any key or index, for `bytes` as
    /// lines, e.g. `line 3`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The lane whose output it is: nobody has said that it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Slug>,
    /// Files that it must have written into folders that it is granted to write.
    #[serde(default, rename = "file", skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileExpect>,
}

/// A file that a command must have written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileExpect {
    /// Its absolute path as the command sees it, in a folder that is granted with `write = true`.
    pub path: String,
    /// File of the workload with what it must hold.
    pub body: String,
    /// How it is compared: `bytes` or `json`.
    #[serde(default, skip_serializing_if = "Compare::is_bytes")]
    pub compare: Compare,
    /// For `json`: what is not compared, each as a JSON Pointer in which `*` stands for any key or index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl Compare {
    /// Whether it is the usual way: byte for byte.
    #[must_use]
    pub const fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes)
    }
}
