//! Opening a run.

use std::path::PathBuf;

use plimsoll_capsule::is_capsule;
use serde::Deserialize;

use crate::shown::Shown;
use crate::{Error, Places, capsule};

/// Opens a run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Show {
    /// Its identity, a beginning of it that only one run has, or the path of a run's file or of a capsule.
    pub run: PathBuf,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
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
