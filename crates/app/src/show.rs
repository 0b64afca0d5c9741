//! Opening a run and reporting on it.

use std::path::PathBuf;

use plimsoll_capsule::is_capsule;
use plimsoll_model::{Run, Slug};
use plimsoll_report::Report;
use plimsoll_store::State;
use serde::Deserialize;

use crate::{Error, Places, capsule};

/// Opens a run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Show {
    /// Its identity, a beginning of it that only one run has, or the path of a run's file or of a capsule.
    pub run: String,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// A run that was opened.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The run.
    pub run: Run,
    /// The file it was read from.
    pub path: PathBuf,
    /// How far it came.
    pub state: State,
    /// What a reader should know about the reading, each in a sentence.
    pub notes: Vec<String>,
}

impl Show {
    /// Opens it.
    ///
    /// # Errors
    /// When there is none or more than one of this name, or its file can't be read.
    pub fn run(&self) -> Result<Shown, Error> {
        let store = self.places.store()?;
        let path = store.locate(&self.run)?;
        if is_capsule(&path) {
            return Ok(capsule::open(&path)?.shown());
        }
        let opened = store.open(&self.run)?;
        Ok(Shown {
            notes: opened.notes.iter().map(ToString::to_string).collect(),
            run: opened.run,
            path: opened.path,
            state: opened.state,
        })
    }
}

impl Shown {
    /// Reports on it, against a lane or against the usual one.
    ///
    /// # Errors
    /// When the run has no such lane.
    pub fn report(&self, baseline: Option<&Slug>) -> Result<Report<'_>, Error> {
        let Some(lane) = baseline else {
            return Ok(Report::of(&self.run));
        };
        if !self.run.lane_slugs().any(|known| known == lane) {
            let lanes = crate::error::listed(self.run.lane_slugs());
            return Err(Error::usage(format!("run `{}` has no lane `{lane}`", self.run.id))
                .with_hint(format!("its lanes are {lanes}")));
        }
        Ok(Report::against(&self.run, Some(lane.clone())))
    }
}
