//! What went wrong in a trial.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Phase;

/// The kinds of failure a reader can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The artifact can't be run at all: not a component, cut short, a missing import, a broken binary.
    BadArtifact,
    /// The output differs from what the workload expects.
    WrongOutput,
    /// The instance ended before it was ready, or while it served.
    Exited,
    /// The instance was killed for going over its memory limit.
    OutOfMemory,
    /// The component trapped: unreachable code, stack overflow, memory access out of bounds.
    Trapped,
    /// Nothing came within the time limit.
    TimedOut,
    /// The runtime went away or refused: the Docker daemon died, the worker was killed.
    RuntimeLost,
    /// A name, a port or a path was taken.
    Conflict,
    /// Anything else, in words.
    Other,
}

/// Why a trial, or the preparation of a lane, failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The phase in which it failed.
    pub phase: Phase,
    /// The kind, for machines.
    pub kind: FailureKind,
    /// What happened and what to do about it, for people: the message and its causes.
    pub message: String,
    /// For [`FailureKind::WrongOutput`]: a short difference of expected against received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}
