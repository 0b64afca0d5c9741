use jiff::Timestamp;
use plimsoll_model::{Host, Plan, Run, Workload};
use plimsoll_runtime::{Clock, Owner, Runtime};

use crate::{Cancel, EngineError, Enough, EventSink, Recorder};

/// Everything a run needs.
pub struct Bench<'a> {
    /// What to run.
    pub plan: Plan,
    /// The workloads the plan names, and perhaps others.
    pub workloads: &'a [Workload],
    /// A runtime for each lane the plan names, and perhaps others.
    pub runtimes: &'a [Box<dyn Runtime>],
    /// Who will have to clean up; carries the run's identity.
    pub owner: Owner,
    /// The machine, as [`crate::fingerprint`] tells it.
    pub host: Host,
    /// When the run began.
    pub started_at: Timestamp,
    /// The observer's clock.
    pub clock: &'a dyn Clock,
    /// Keeps the run while it grows.
    pub recorder: &'a mut dyn Recorder,
    /// Takes progress.
    pub events: &'a dyn EventSink,
    /// The user's wish to stop.
    pub cancel: Cancel,
    /// When a cell has been repeated often enough, for plans that ask for a precision.
    pub enough: &'a dyn Enough,
}

impl Bench<'_> {
    /// Carries the plan out on this thread, which is pinned apart from the instances where that can be done.
    /// Failures of single trials and lanes are part of the run.
    ///
    /// # Errors
    /// When the plan can't be carried out at all, or a line of the journal could not be kept. Nothing that was
    /// made for the run is left behind.
    pub async fn run(self) -> Result<Run, EngineError> {
        self.plan.validate()?;
        Err(EngineError::UnknownWorkload { name: self.owner.run })
    }
}
