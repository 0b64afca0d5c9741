//! One independent repeat from nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Entry, Failure, Held, Phase, StoredHistogram};

/// What a trial is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The one start after `prepare` that is thrown away; kept in the run, in no summary.
    WarmUp,
    /// To find how much the lane can serve; in no summary.
    Capacity,
    /// For the figures.
    Measured,
}

/// What is done in a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A cold start.
    Start,
    /// A cold start followed by load.
    Load,
}

/// What a trial is for and what is done in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Aim {
    /// What it is for.
    pub purpose: Purpose,
    /// What is done.
    pub task: Task,
}

impl Aim {
    /// The one start after `prepare` that is thrown away.
    pub const WARM_UP: Self = Self { purpose: Purpose::WarmUp, task: Task::Start };
    /// A short closed-loop burst to find how much the lane can serve.
    pub const CAPACITY: Self = Self { purpose: Purpose::Capacity, task: Task::Load };
    /// A cold start for the figures.
    pub const START: Self = Self { purpose: Purpose::Measured, task: Task::Start };
    /// A cold start followed by load, for the figures.
    pub const LOAD: Self = Self { purpose: Purpose::Measured, task: Task::Load };

    /// Whether its figures are part of summaries.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self.purpose, Purpose::Measured)
    }

    /// Whether it counts and served load.
    #[must_use]
    pub const fn is_loaded(self) -> bool {
        self.counts() && matches!(self.task, Task::Load)
    }
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was as expected.
    Passed,
    /// Something went wrong; no figure of it is in a summary.
    Failed {
        /// What.
        failure: Failure,
    },
    /// The workload did right, but its load can't be trusted: the load generator itself was late. What was measured
    /// under that load is in no summary; the start before it and the stop after it are.
    Invalid {
        /// Why, with the figures.
        reason: String,
    },
    /// Stopped by the user.
    Interrupted,
}

impl Outcome {
    /// Why figures of it are in no summary, in words; `None` where they are, or where the user stopped it.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Failed { failure } => Some(&failure.message),
            Self::Invalid { reason } => Some(reason),
            Self::Passed | Self::Interrupted => None,
        }
    }
}

/// One phase on the observer's clock, relative to the trial's zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The phase.
    pub phase: Phase,
    /// Begin in nanoseconds after the call that makes the instance exist.
    pub begin_ns: u64,
    /// End in nanoseconds after that call.
    pub end_ns: u64,
}

/// One independent repeat: start, become ready, serve, stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// Position in the schedule, from 0, over all cells.
    pub position: u32,
    /// Round of the schedule, from 0; every cell has at most one trial in a round.
    pub round: u32,
    /// Index into [`crate::Run::cells`].
    pub cell: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// What is done in it.
    pub task: Task,
    /// Cell of the trial before it; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<u32>,
    /// Begin in nanoseconds after the run began.
    pub began_ns: u64,
    /// What the container engine held when it began; absent where no engine answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// How it ended.
    pub outcome: Outcome,
    /// The phases on the observer's clock, in order.
    pub spans: Vec<Span>,
    /// The values.
    pub samples: Vec<Entry>,
    /// The distributions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub histograms: Vec<StoredHistogram>,
}

impl Trial {
    /// What it is for and what is done in it.
    #[must_use]
    pub const fn aim(&self) -> Aim {
        Aim { purpose: self.purpose, task: self.task }
    }

    /// Whether what was measured in this phase of it is part of figures: of load only where there was load.
    #[must_use]
    pub fn tells_of(&self, phase: Phase) -> bool {
        let is_sound = match self.outcome {
            Outcome::Passed => true,
            Outcome::Invalid { .. } => phase != Phase::Serve,
            Outcome::Failed { .. } | Outcome::Interrupted => false,
        };
        let was_made = phase != Phase::Serve || self.task == Task::Load;
        self.aim().counts() && was_made && is_sound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_tells_of_what_was_made_and_sound() {
        let trial = |aim: Aim, outcome| Trial {
            position: 0,
            round: 0,
            cell: 0,
            purpose: aim.purpose,
            task: aim.task,
            predecessor: None,
            began_ns: 0,
            held: None,
            outcome,
            spans: Vec::new(),
            samples: Vec::new(),
            histograms: Vec::new(),
        };
        let invalid = Outcome::Invalid { reason: "the generator was late".to_owned() };
        let told = |aim: Aim, outcome| {
            let trial = trial(aim, outcome);
            [Phase::Ready, Phase::Serve].map(|phase| trial.tells_of(phase))
        };
        assert_eq!(told(Aim::LOAD, Outcome::Passed), [true, true]);
        assert_eq!(told(Aim::LOAD, invalid), [true, false]);
        assert_eq!(told(Aim::START, Outcome::Passed), [true, false]);
        assert_eq!(told(Aim::WARM_UP, Outcome::Passed), [false, false]);
        assert_eq!(told(Aim::LOAD, Outcome::Interrupted), [false, false]);
    }
}
