//! What a workload does and what is run of it, as it stands in a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a workload does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A service: starts, answers requests, is stopped.
    Serve,
    /// Runs and exits.
    Run,
}

impl JobKind {
    /// Whether it answers requests, and so can be loaded.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::Serve)
    }
}

/// In which form something is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A static native binary.
    Binary,
    /// A WASI 0.2 component.
    Component,
}
