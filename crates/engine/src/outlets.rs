use plimsoll_model::{Event, Record};

use crate::RecordError;

/// Keeps a run while it grows: one call for each line of its journal.
pub trait Recorder {
    /// Keeps one line; it is safe when this returns.
    ///
    /// # Errors
    /// When it can't be kept. The run is ended then.
    fn record(&mut self, record: &Record) -> Result<(), RecordError>;
}

/// Takes what a run tells while it goes on. Called between timed phases only.
pub trait EventSink {
    /// Takes one event. Must not block.
    fn send(&self, event: Event);
}

/// The rule that ends the repeats of a cell when the plan asks for a precision.
pub trait Enough {
    /// Whether these cold starts, in nanoseconds and in the order of the trials, are sure enough.
    fn enough(&self, cold_starts_ns: &[u64]) -> bool;
}
