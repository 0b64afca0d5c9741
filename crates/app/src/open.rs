//! Opening a capsule from elsewhere.

use std::path::PathBuf;

use serde::Deserialize;

use crate::{Error, Places, Shown, capsule};

/// Opens a capsule, and keeps its run here unless that is not wished.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Open {
    /// Its file.
    pub capsule: PathBuf,
    /// Whether its run is kept, so that it can be listed and shown like one of this machine's.
    pub keep: bool,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// A capsule that was opened.
#[derive(Clone, Debug)]
pub struct OpenedCapsule {
    /// Its run.
    pub shown: Shown,
    /// The file that its run is kept in; absent when that was not wished.
    pub kept: Option<PathBuf>,
}

impl Open {
    /// Opens it. Nothing is kept of a capsule that is refused.
    ///
    /// # Errors
    /// When it is none, is damaged or was tampered with, needs a newer Plimsoll, or holds more than a capsule may; when
    /// another run of the same identity is kept here, or its run can't be written.
    pub fn run(&self) -> Result<OpenedCapsule, Error> {
        let held = capsule::open(&self.capsule)?;
        let kept = if self.keep {
            let kept = self.places.store()?.keep(&self.capsule, &held.bytes, &held.origin());
            let hint = "`--no-keep` shows the capsule's run and keeps nothing";
            Some(kept.map_err(|error| Error::from(error).with_hint(hint))?)
        } else {
            None
        };
        Ok(OpenedCapsule { shown: held.shown(), kept })
    }
}
