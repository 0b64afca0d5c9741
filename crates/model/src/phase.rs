//! The phases every lane goes through, in one vocabulary.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One stage in the life of an instance; the same words in every lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Building, pulling, unpacking and compiling: once per run, never inside cold start.
    Prepare,
    /// Until the instance exists but has not begun to run: container created, component instantiated.
    Create,
    /// Until the instance's own code runs: container started, program executed, handler called.
    Start,
    /// Until the last byte of the first expected response, or the exit with the expected output.
    Ready,
    /// Under load.
    Serve,
    /// From SIGTERM to the exit.
    Stop,
}

impl Phase {
    /// Every phase, in the order of an instance's life.
    pub const ALL: [Self; 6] =
        [Self::Prepare, Self::Create, Self::Start, Self::Ready, Self::Serve, Self::Stop];

    /// The phases that make up a cold start, in order.
    pub const COLD_START: [Self; 3] = [Self::Create, Self::Start, Self::Ready];

    /// The word for this phase.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Create => "create",
            Self::Start => "start",
            Self::Ready => "ready",
            Self::Serve => "serve",
            Self::Stop => "stop",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
