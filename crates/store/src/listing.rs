use std::path::{Path, PathBuf};

use jiff::Timestamp;
use plimsoll_model::{EndReason, RunId, Slug};

use crate::beside;
use crate::bytes::read;
use crate::endings::{ORIGIN, is_journal};
use crate::error::StoreError;
use crate::lock::is_locked;
use crate::opened::State;
use crate::origin::Provenance;
use crate::schema::{outline, outline_of_lines};

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
    /// Architecture and CPU of the machine it ran on.
    pub host: String,
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
    /// Where it came from; absent when it was measured into this store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Provenance>,
}

pub(crate) fn list(paths: Vec<PathBuf>) -> Vec<Listed> {
    let mut listed: Vec<Listed> =
        paths.into_iter().map(|path| Listed { content: listing(&path), path }).collect();
    listed.sort_by(|a, b| match (&a.content, &b.content) {
        (Ok(a), Ok(b)) => b.started_at.cmp(&a.started_at).then_with(|| b.id.cmp(&a.id)),
        (a, b) => a.is_err().cmp(&b.is_err()),
    });
    listed
}

fn listing(path: &Path) -> Result<Listing, StoreError> {
    let bytes = read(path)?;
    let (outline, state) = if is_journal(path) {
        let state = if is_locked(path) { State::Running } else { State::Unfinished };
        (outline_of_lines(path, &bytes)?, state)
    } else {
        (outline(path, &bytes)?, State::Finished)
    };
    Ok(Listing {
        id: outline.id,
        started_at: outline.started_at,
        state,
        end: outline.end,
        host: std::iter::once(outline.arch).chain(outline.cpu_model).collect::<Vec<_>>().join(", "),
        workloads: outline.workloads,
        lanes: outline.lanes,
        trials: outline.trials,
        troubled: outline.troubled,
        bytes: bytes.len() as u64,
        // One that can't be read takes nothing from the run.
        origin: beside::read(&path.with_extension(ORIGIN)).unwrap_or_default(),
    })
}
