//! What a reader should know before trusting the figures: advice as a type.

use plimsoll_model::{Phase, Run, Slug};
use serde::Serialize;

/// One piece of advice. Its `Display` is a sentence with the way out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// A cell could not be prepared.
    NotPrepared { workload: Slug, lane: Slug, reason: String },
    /// Trials failed.
    Failed { workload: Slug, lane: Slug, count: u32, of: u32, phase: Phase, first: String },
    /// Trials were invalid.
    Invalid { workload: Slug, lane: Slug, count: u32, of: u32, first: String },
    /// The cold start rises or falls with something that should not matter.
    Drift { workload: Slug, lane: Slug, with: DriftWith, correlation: f64, n: usize },
    /// The first trial was far slower than the others.
    FirstTrialSlow { workload: Slug, lane: Slug, first_ns: u64, median_ns: u64 },
    /// Fewer cold starts than an interval needs.
    TooFewTrials { workload: Slug, lane: Slug, have: u64, need: u64 },
    /// The lane was loaded beyond 70 % of what it can serve: queueing is part of its latency.
    HighUtilisation { workload: Slug, lane: Slug, utilisation_milli: u64 },
    /// The lane was loaded beyond what it can serve: its latency grows with the duration.
    OverCapacity { workload: Slug, lane: Slug, utilisation_milli: u64 },
    /// A lane's instances are not held to the limits.
    Unlimited { lane: Slug, reason: String },
    /// The load generator shares cores with the instances.
    SharedCores { reason: String },
    /// The machine was busy before the run.
    BusyHost { load_1m_milli: u32, cpus: u32 },
    /// The machine is virtual.
    Virtualised { by: String },
    /// The binary runs under an instruction-set emulator.
    Emulated,
    /// The run has no end: it was killed, or still goes on.
    NoEnd { trials: u32, planned: u32 },
    /// The user stopped the run.
    Interrupted,
    /// The run could not go on.
    Aborted,
}

/// What a cold start drifts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftWith {
    /// The trial's position in the schedule.
    Position,
    /// How many containers the engine held.
    ContainersHeld,
    /// How many images the engine held.
    ImagesHeld,
}

/// Everything worth knowing about a run, the gravest first.
#[must_use]
pub fn warnings(run: &Run) -> Vec<Warning> {
    todo!("{}", run.id)
}
