use std::path::{Path, PathBuf};

use jiff::Timestamp;
use plimsoll_model::{End, EndReason, RunId, SCHEMA_VERSION, Slug};
use serde::Deserialize;

use crate::lock::is_locked;
use crate::open::{is_journal, read};
use crate::schema::{format_fault, outline_fault};
use crate::store::ORIGIN;
use crate::{Origin, State, StoreError, beside};

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
    pub origin: Option<Origin>,
}

/// The few fields of a run that a listing needs: everything else is passed over without being kept.
#[derive(Deserialize)]
struct Outline {
    schema_version: u32,
    id: RunId,
    started_at: Timestamp,
    plan: PlanOutline,
    host: HostOutline,
    trials: Vec<TrialOutline>,
    end: Option<End>,
}

#[derive(Deserialize)]
struct PlanOutline {
    workloads: Vec<Slug>,
    lanes: Vec<Slug>,
}

#[derive(Deserialize)]
struct HostOutline {
    arch: String,
    cpu_model: Option<String>,
}

#[derive(Deserialize)]
struct TrialOutline {
    outcome: OutcomeOutline,
}

#[derive(Deserialize)]
struct OutcomeOutline {
    state: OutcomeState,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum OutcomeState {
    Failed,
    Invalid,
    #[serde(other)]
    Other,
}

/// The few kinds of lines of a journal that a listing needs.
#[derive(Deserialize)]
struct LineOutline {
    head: Option<Outline>,
    trial: Option<TrialOutline>,
    end: Option<End>,
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
        (journal(path, &bytes)?, state)
    } else {
        (serde_json::from_slice(&bytes).map_err(|error| outline_fault(path, &bytes, error))?, State::Finished)
    };
    let Outline { schema_version, id, started_at, plan, host, trials, end } = outline;
    if schema_version > SCHEMA_VERSION {
        let path = path.to_owned();
        return Err(StoreError::Newer { path, found: schema_version, known: SCHEMA_VERSION });
    }
    Ok(Listing {
        id,
        started_at,
        state,
        end: end.map(|end| end.reason),
        host: std::iter::once(host.arch).chain(host.cpu_model).collect::<Vec<_>>().join(", "),
        workloads: plan.workloads,
        lanes: plan.lanes,
        troubled: trials.iter().filter(|trial| trial.outcome.state != OutcomeState::Other).count() as u64,
        trials: trials.len() as u64,
        bytes: bytes.len() as u64,
        // One that can't be read takes nothing from the run.
        origin: beside::read(&path.with_extension(ORIGIN)).unwrap_or_default(),
    })
}

fn journal(path: &Path, bytes: &[u8]) -> Result<Outline, StoreError> {
    let mut outline: Option<Outline> = None;
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let parsed: LineOutline = match serde_json::from_slice(line) {
            Ok(parsed) => parsed,
            Err(_) if !line.ends_with(b"\n") => break,
            Err(error) => return Err(format_fault(path, error, at)),
        };
        outline = parsed.head.or(outline);
        let Some(outline) = &mut outline else { break };
        outline.trials.extend(parsed.trial);
        outline.end = parsed.end.or(outline.end.take());
    }
    outline.ok_or_else(|| StoreError::EmptyJournal { path: path.to_owned() })
}
