//! The few fields of a run that a listing needs: everything else is passed over without being kept.

use jiff::Timestamp;
use plimsoll_model::{End, EndReason, RunId, Slug};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A run in a few words, whichever format it is in.
#[derive(Debug, PartialEq)]
pub(crate) struct Outline {
    /// The format.
    pub(crate) schema_version: u32,
    pub(crate) id: RunId,
    pub(crate) started_at: Timestamp,
    pub(crate) arch: String,
    pub(crate) cpu_model: Option<String>,
    pub(crate) workloads: Vec<Slug>,
    pub(crate) lanes: Vec<Slug>,
    /// How many there are.
    pub(crate) trials: u64,
    /// How many of them failed or were invalid.
    pub(crate) troubled: u64,
    pub(crate) end: Option<EndReason>,
}

impl Outline {
    /// Grows it by trials.
    pub(super) fn count(&mut self, trials: &[TrialOutline]) {
        self.trials += trials.len() as u64;
        self.troubled +=
            trials.iter().filter(|trial| trial.outcome.state != OutcomeState::Other).count() as u64;
    }
}

/// One line of a journal: what it adds to the outline. Other kinds of lines add nothing.
pub(super) struct LineOutline {
    pub(super) head: Option<Outline>,
    pub(super) trial: Option<TrialOutline>,
    pub(super) end: Option<End>,
}

/// Reads the outlines of one format.
#[derive(Clone, Copy)]
pub(super) struct Outliner {
    /// Of a run's file.
    pub(super) file: fn(&[u8]) -> serde_json::Result<Outline>,
    /// Of a journal's line.
    pub(super) line: fn(&[u8]) -> serde_json::Result<LineOutline>,
}

impl Outliner {
    /// From where the fields stand in a format.
    pub(super) const fn of<Shape: DeserializeOwned + Into<Outline>>() -> Self {
        Self {
            file: |bytes| serde_json::from_slice::<Shape>(bytes).map(Shape::into),
            line: |bytes| {
                let line: LineShape<Shape> = serde_json::from_slice(bytes)?;
                Ok(LineOutline { head: line.head.map(Shape::into), trial: line.trial, end: line.end })
            },
        }
    }
}

#[derive(Deserialize)]
struct LineShape<Shape> {
    head: Option<Shape>,
    trial: Option<TrialOutline>,
    end: Option<End>,
}

/// What a listing needs of a trial.
#[derive(Deserialize)]
pub(super) struct TrialOutline {
    outcome: OutcomeOutline,
}

#[derive(Deserialize)]
struct OutcomeOutline {
    state: OutcomeState,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum OutcomeState {
    Failed,
    Invalid,
    #[serde(other)]
    Other,
}
