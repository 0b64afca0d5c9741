use std::path::PathBuf;

use jiff::Timestamp;
use plimsoll_model::{EndReason, RunId, Slug};

use crate::{State, StoreError};

/// One entry of the store's folder.
#[derive(Debug)]
pub struct Listed {
    /// The file or journal.
    pub path: PathBuf,
    /// What it holds, or why it can't be read.
    pub content: Result<Listing, StoreError>,
}

/// A run in a few words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Listing {
    /// Identity.
    pub id: RunId,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether it is whole.
    pub state: State,
    /// How it ended; absent when it has no end.
    pub end: Option<EndReason>,
    /// Its workloads.
    pub workloads: Vec<Slug>,
    /// Its lanes.
    pub lanes: Vec<Slug>,
    /// Trials kept, warm-ups included.
    pub trials: u64,
    /// Trials among them that failed or were invalid.
    pub troubled: u64,
    /// Size on the disk in bytes.
    pub bytes: u64,
}
