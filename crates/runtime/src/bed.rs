use futures_util::future::BoxFuture;

use crate::{Instance, Process, RuntimeError};

/// What instances are started from, at the moment before the clock starts.
///
/// Instances of one bed may be started one after the other and may live side by side. Each is an instance like any
/// other: under limits and in a control group of its own, with an address of its own, stopped by itself.
pub trait Bed: Send {
    /// Processes outside the instances that work for them: daemons. Their CPU time is read before and after.
    fn attendants(&self) -> Vec<Process>;

    /// Makes an instance exist and run. The engine stamps zero just before this call. Returns as soon as the
    /// backend has accepted the start; whether it answers is for the engine to find out.
    ///
    /// The first start finds what [`stage`](crate::Prepared::stage) has made. A later one makes it anew before it
    /// begins, within the call: only a first start's time is a cold start of its lane.
    ///
    /// # Errors
    /// When it can't be started. Nothing of that start is left behind, and the bed can still be ended.
    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>>;

    /// Takes down what was staged, and before it every instance that still lives, as [`Instance::stop`] does.
    /// Afterwards nothing is left, and who still holds an instance is told that it has ended. The engine calls it after
    /// each trial's instance is gone: it is in no figure.
    ///
    /// # Errors
    /// Names what is left.
    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>>;
}
