use std::sync::atomic::AtomicU32;

/// What a fake lane has been asked for, and what it still holds.
#[derive(Debug, Default)]
pub struct Tally {
    /// Starts asked for.
    pub starts: AtomicU32,
    /// What was prepared and not discarded.
    pub prepared: AtomicU32,
    /// Beds staged and not ended.
    pub beds: AtomicU32,
    /// Instances started and not stopped.
    pub instances: AtomicU32,
}

/// Why a fake step failed.
#[derive(Debug, thiserror::Error)]
#[error("the fake lane was told to fail in `{step}`")]
pub(super) struct Told {
    pub(super) step: &'static str,
}
