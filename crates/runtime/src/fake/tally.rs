use std::sync::atomic::AtomicU32;

/// What a fake lane, or all lanes of a fake family, have been asked for, and what they still hold.
#[derive(Debug, Default)]
pub struct Tally {
    /// Lanes opened, where a family opens them.
    pub opened: AtomicU32,
    /// Questions whether a lane can be used.
    pub asked: AtomicU32,
    /// Sweeps of a family.
    pub sweeps: AtomicU32,
    /// Starts asked for.
    pub starts: AtomicU32,
    /// What was prepared and not discarded.
    pub prepared: AtomicU32,
    /// Times that the figures of what was prepared were measured to the end.
    pub measured: AtomicU32,
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
