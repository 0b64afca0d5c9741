use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use plimsoll_model::{Availability, Doing, Held, LaneRecord, LaneSpec, Limits, Workload};

use crate::{Conditions, Prepared, RuntimeError, Unfit};

/// A backend with one configuration: one lane, as its [`Family`](crate::Family) opens it.
pub trait Runtime: Send + Sync {
    /// What makes it the lane it is.
    fn spec(&self) -> LaneSpec;

    /// The lane, for the reader of a run.
    fn record(&self) -> LaneRecord;

    /// Whether what it needs is on this host and answers, found out within a few seconds. Nothing is made.
    fn availability(&self) -> BoxFuture<'_, Availability>;

    /// Whether it can be used on this host: where that is not told by [`availability`](Self::availability), something is
    /// run for it, once, within half a minute, and removed. Asked again after it was told that it can't, it looks again.
    /// The [`record`](Self::record) tells what was found.
    fn tried(&self) -> BoxFuture<'_, Availability> {
        self.availability()
    }

    /// Versions of what takes part, by name. Empty where it can't be used.
    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>>;

    /// What its container engine holds now; `None` where there is no engine.
    fn held(&self) -> BoxFuture<'_, Option<Held>>;

    /// Which of a workload's artifacts it runs, told before anything is made. Looks at no file: whether one is built and
    /// sound is found out in preparing.
    ///
    /// # Errors
    /// When the workload has nothing that this lane can run on this machine.
    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w plimsoll_model::Artifact, Unfit>;

    /// Makes a workload startable: builds, pulls, unpacks, compiles. Phase `prepare`.
    ///
    /// # Errors
    /// When the workload can't run in this lane or the backend does not answer. Nothing is left behind.
    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>>;

    /// What does by hand what a start in this lane does, under these limits: commands, line by line, and remarks behind
    /// `#`. What differs from start to start is written in capitals: `IMAGE`, `BINARY`, `COMPONENT`, `PORT`.
    fn by_hand(&self, limits: &Limits) -> Vec<String>;

    /// What takes long in preparing just now, where it can be told. Asked a few times in a second while a workload is
    /// prepared.
    fn doing(&self) -> Option<Doing> {
        None
    }
}
