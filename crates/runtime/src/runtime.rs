use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use plimsoll_model::{Availability, Held, LaneDescription, Workload};

use crate::{Conditions, Prepared, RuntimeError};

/// A backend with one configuration: one lane.
pub trait Runtime: Send + Sync {
    /// The lane, for the reader of a run.
    fn describe(&self) -> LaneDescription;

    /// Whether it can be used on this host, found out within a few seconds.
    fn availability(&self) -> BoxFuture<'_, Availability>;

    /// Versions of what takes part, by name. Empty where it can't be used.
    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>>;

    /// What its container engine holds now; `None` where there is no engine.
    fn held(&self) -> BoxFuture<'_, Option<Held>>;

    /// Makes a workload startable: builds, pulls, unpacks, compiles. Phase `prepare`.
    ///
    /// # Errors
    /// When the workload can't run in this lane or the backend does not answer. Nothing is left behind.
    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>>;

    /// Removes what dead owners left: everything that carries our label and whose owner no longer lives,
    /// and nothing else. Finding nothing is no error.
    ///
    /// # Errors
    /// When something of ours is there and can't be removed.
    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>>;
}

/// What a sweep removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// What was removed, each with its kind and name: ``container `plimsoll-…` ``.
    pub removed: Vec<String>,
}
