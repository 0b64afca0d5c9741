//! A run as a screen shows it.

use plimsoll_model::Slug;
use plimsoll_report::{Document, Illustrated};
use plimsoll_store::Label;
use serde::Serialize;

use super::form::{Form, forms_of_run};
use super::history::{RowState, when};
use crate::{Error, Opposing, Places, Show, Shown};

/// A run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunView {
    /// Its identity.
    pub id: String,
    /// What the user calls it.
    pub name: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Its file.
    pub path: String,
    /// Whether the user's own store keeps it: only there it can be named, tagged and deleted.
    pub own: bool,
    /// How far it came.
    pub state: RowState,
    /// When it began.
    pub when: String,
    /// What it says.
    pub document: Document,
    /// What a reader should know about the reading.
    pub notes: Vec<String>,
    /// The forms that it can be saved in.
    pub forms: Vec<Form>,
}

pub(super) fn open(name: &str, baseline: Option<&Slug>, places: &Places) -> Result<RunView, Error> {
    let shown = Show { run: name.into(), places: places.clone() }.run()?;
    let run = &shown.run;
    let document = shown.report(&Opposing::lane(baseline.cloned()))?.document(Illustrated::Window);
    let store = places.store()?;
    let own = is_own(&shown, places)?;
    // A label belongs to the user's own store: a file from elsewhere has none.
    let label = if own { store.label(run.id.as_str()).unwrap_or_default() } else { Label::default() };
    Ok(RunView {
        id: run.id.to_string(),
        name: label.name,
        tags: label.tags,
        path: shown.path.display().to_string(),
        own,
        state: shown.state.into(),
        when: when(run.started_at),
        document,
        notes: shown.notes.clone(),
        forms: forms_of_run(&shown),
    })
}

/// Whether the user's own store keeps it.
pub(super) fn is_own(shown: &Shown, places: &Places) -> Result<bool, Error> {
    // Without the ending: the journal of a run that goes on may become its file at any moment.
    let kept = places.store()?.locate(shown.run.id.as_str());
    Ok(kept.is_ok_and(|kept| kept.with_extension("") == shown.path.with_extension("")))
}
