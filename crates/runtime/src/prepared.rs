use std::collections::BTreeMap;

use futures_util::future::BoxFuture;

use crate::{Bed, Figure, RuntimeError};

/// What a runtime has prepared of a workload: an image, a compiled component, a binary in its place.
pub trait Prepared: Send + Sync {
    /// Digests of what was made, by name: `image`, `cwasm`, `binary`.
    fn digests(&self) -> BTreeMap<String, String>;

    /// Sizes and times of preparing. What takes long to measure is measured now: whoever only tries a workload out does
    /// not ask.
    fn figures(&self) -> BoxFuture<'_, Vec<Figure>>;

    /// What the backend warned of, in its own words: what it will not do of what was asked for.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Brings up what a live host would already have before an instance is asked for: for lane `wasmtime` a
    /// fresh worker with engine and listener, for most lanes nothing. Not timed.
    ///
    /// # Errors
    /// When it does not come up. Nothing is left behind.
    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>>;

    /// Removes what was prepared.
    ///
    /// # Errors
    /// Names what is left.
    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>>;
}
