use std::error::Error as StdError;

use plimsoll_model::{PlanError, Slug};

/// Why a plan could not be carried out at all. What goes wrong in one trial is part of the run instead.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A field of the plan is out of bounds.
    #[error("the plan can't be carried out")]
    Plan(#[from] PlanError),
    /// The plan names a workload that was not handed over.
    #[error(
        "the plan names the workload `{name}`, which was not read: name one that `plimsoll workloads` lists"
    )]
    UnknownWorkload {
        /// The workload.
        name: Slug,
    },
    /// The plan names a lane that no runtime stands for.
    #[error(
        "the plan names the lane `{slug}`, which this build does not have: name one that `plimsoll doctor` lists"
    )]
    UnknownLane {
        /// The lane.
        slug: Slug,
    },
    /// A line of the journal could not be kept. The run was ended and everything made for it removed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The page cache can't be dropped.
    #[error("could not drop the page cache through `{path}`: run as root, or without `cold-disk`")]
    PageCache {
        /// The kernel's file for it.
        path: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
}

/// Why a line of the journal could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("could not keep what was measured: the run was ended")]
pub struct RecordError {
    source: Box<dyn StdError + Send + Sync>,
}

impl RecordError {
    /// Wraps the recorder's own error.
    pub fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
