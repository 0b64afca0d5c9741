//! Every run that was kept.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Error, Kept, List, Listing, Places, State};

/// The runs, and what they can be filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct History {
    /// The newest first; those that can't be read last.
    pub runs: Vec<HistoryRow>,
    /// Hosts that occur.
    pub hosts: BTreeSet<String>,
    /// Workloads that occur.
    pub workloads: BTreeSet<String>,
    /// Lanes that occur.
    pub lanes: BTreeSet<String>,
}

/// One run in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HistoryRow {
    /// Its identity; of one that can't be read the name of its file.
    pub id: String,
    /// What the user calls it.
    pub name: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// When it began.
    pub when: String,
    /// Where it ran.
    pub host: String,
    /// Its workloads.
    pub workloads: Vec<String>,
    /// Its lanes.
    pub lanes: Vec<String>,
    /// How far it came.
    pub state: RowState,
    /// How many trials it has, and how many of them to doubt.
    pub trials: String,
    /// Why it can't be read.
    pub note: Option<String>,
    /// All of it in lower case, to search in.
    pub search: String,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// To its end, or to where the user stopped it.
    Finished,
    /// It goes on.
    Running,
    /// Its process ended before it.
    Unfinished,
    /// It can't be read.
    Broken,
}

impl From<State> for RowState {
    fn from(state: State) -> Self {
        match state {
            State::Finished => Self::Finished,
            State::Running => Self::Running,
            State::Unfinished => Self::Unfinished,
        }
    }
}

pub(super) fn history(places: &Places) -> Result<History, Error> {
    let store = places.store()?;
    let mut history = History::default();
    for kept in (List { places: places.clone() }).run()? {
        let Kept { path, run, error } = kept;
        let row = match run {
            Some(run) => {
                history.hosts.insert(run.host.clone());
                history.workloads.extend(run.workloads.iter().map(ToString::to_string));
                history.lanes.extend(run.lanes.iter().map(ToString::to_string));
                // A label that can't be read takes nothing from the run.
                let label = store.label(run.id.as_str()).unwrap_or_default();
                readable(&run, label.name, label.tags)
            }
            None => broken(path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), error),
        };
        history.runs.push(row);
    }
    Ok(history)
}

fn readable(run: &Listing, name: Option<String>, tags: Vec<String>) -> HistoryRow {
    let words = |slugs: &[plimsoll_model::Slug]| slugs.iter().map(ToString::to_string).collect::<Vec<_>>();
    let trials = match run.troubled {
        0 => format!("{} trials", run.trials),
        troubled => format!("{} trials, {troubled} failed or invalid", run.trials),
    };
    let row = HistoryRow {
        id: run.id.to_string(),
        name,
        tags,
        when: when(run.started_at),
        host: run.host.clone(),
        workloads: words(&run.workloads),
        lanes: words(&run.lanes),
        state: run.state.into(),
        trials,
        note: None,
        search: String::new(),
    };
    searchable(row)
}

fn broken(id: String, error: Option<Error>) -> HistoryRow {
    searchable(HistoryRow {
        id,
        name: None,
        tags: Vec::new(),
        when: String::new(),
        host: String::new(),
        workloads: Vec::new(),
        lanes: Vec::new(),
        state: RowState::Broken,
        trials: String::new(),
        note: error.map(|error| error.message),
        search: String::new(),
    })
}

fn searchable(row: HistoryRow) -> HistoryRow {
    let words = [&row.id, &row.when, &row.host].into_iter().chain(&row.name);
    let words = words.chain(&row.tags).chain(&row.workloads).chain(&row.lanes);
    let search = words.map(|word| word.to_lowercase()).collect::<Vec<_>>().join(" ");
    HistoryRow { search, ..row }
}

/// In the zone of this machine.
pub(super) fn when(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%-d %b %Y, %H:%M").to_string()
}
