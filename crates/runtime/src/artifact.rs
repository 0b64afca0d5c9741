use std::collections::BTreeMap;

use futures_util::future::BoxFuture;

use crate::{Figure, Instance, Process, RuntimeError};

/// What a runtime has prepared: an image, a compiled component, a binary in its place.
pub trait Artifact: Send + Sync {
    /// Digests of what was made, by name: `image`, `cwasm`, `binary`.
    fn digests(&self) -> BTreeMap<String, String>;

    /// Sizes and times of preparing.
    fn figures(&self) -> Vec<Figure>;

    /// Brings up what a live host would already have before this instance is asked for: for lane `wasmtime` a
    /// fresh worker with engine and listener, for most lanes nothing. Not timed.
    ///
    /// # Errors
    /// When it does not come up. Nothing is left behind.
    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Staged>, RuntimeError>>;

    /// Removes what was prepared.
    ///
    /// # Errors
    /// Names what is left.
    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>>;
}

/// An artifact at the moment before the clock starts.
pub trait Staged: Send {
    /// Processes outside the instance that work for it: daemons. Their CPU time is read before and after.
    fn attendants(&self) -> Vec<Process>;

    /// Makes the instance exist and run. The engine stamps zero just before this call. Returns as soon as the
    /// backend has accepted the start; whether it answers is for the engine to find out.
    ///
    /// # Errors
    /// When it can't be started. Nothing is left behind.
    fn start(self: Box<Self>) -> BoxFuture<'static, Result<Box<dyn Instance>, RuntimeError>>;

    /// Takes everything down again without starting.
    fn abandon(self: Box<Self>) -> BoxFuture<'static, ()>;
}
