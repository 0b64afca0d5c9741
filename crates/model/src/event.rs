//! What a run tells while it goes on. The terminal draws it, the desktop forwards it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Aim, Arm, Cell, EndReason, Outcome, Phase, Row, RunId, Slug, Span};

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// Trials ended.
    pub done: u32,
    /// Trials planned, as far as known; with a precision it can shrink.
    pub planned: u32,
    /// Estimate of the time left, in milliseconds; absent until there is something to estimate from.
    pub left_ms: Option<u64>,
}

/// What takes long just now, before anything is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Doing {
    /// In a phrase: `pulling …`.
    pub what: String,
    /// How much of it is done, in bytes, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_bytes: Option<u64>,
    /// How much there is to do, in bytes, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_bytes: Option<u64>,
}

/// One thing that happened. Sent between timed phases only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    RunStarted {
        /// Its identity.
        id: RunId,
        /// Its rows; later events refer to them by index.
        rows: Vec<Row>,
        /// The arms that cells name by index.
        arms: Vec<Arm>,
        /// Its cells; later events refer to them by index.
        cells: Vec<Cell>,
    },
    /// A row is being prepared.
    PrepareStarted {
        /// Index of the row.
        row: u32,
    },
    /// Preparing goes on with this.
    Doing(Doing),
    /// A row was prepared, or could not be.
    PrepareEnded {
        /// Index of the row.
        row: u32,
        /// How long it took, in nanoseconds.
        took_ns: u64,
        /// Why it failed; absent when it did not.
        failure: Option<String>,
    },
    /// The common rate of a workload was chosen.
    RateChosen {
        /// The workload.
        workload: Slug,
        /// Thousandths of a request per second.
        rate_milli: u64,
    },
    /// A trial begins.
    TrialStarted {
        /// Index of the cell.
        cell: u32,
        /// What it is for.
        #[serde(flatten)]
        aim: Aim,
        /// How far the run has come.
        progress: Progress,
    },
    /// A trial ended.
    TrialEnded {
        /// Index of the cell.
        cell: u32,
        /// What it was for.
        #[serde(flatten)]
        aim: Aim,
        /// How it ended.
        outcome: Outcome,
        /// Its phases.
        spans: Vec<Span>,
        /// Its cold start in nanoseconds, when it passed.
        cold_start_ns: Option<u64>,
        /// How far the run has come.
        progress: Progress,
    },
    /// Something a reader should know, and the phase it concerns.
    Notice {
        /// The phase.
        phase: Phase,
        /// The notice, in a sentence.
        message: String,
    },
    /// The run ended.
    RunEnded {
        /// Why.
        reason: EndReason,
    },
}
