//! Removing runs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Error, Places};

/// Removes runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Remove {
    /// Their identities, or beginnings of them that only one run each has.
    pub runs: Vec<String>,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// What was removed, and what was not.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Removed {
    /// Files that are gone.
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub files: Vec<PathBuf>,
    /// Why the others are still there.
    pub errors: Vec<Error>,
}

impl Remove {
    /// Removes each; one that can't be removed does not keep the next from it.
    ///
    /// # Errors
    /// When there is no folder to look in.
    pub fn run(&self) -> Result<Removed, Error> {
        let store = self.places.store()?;
        let mut removed = Removed::default();
        for name in &self.runs {
            match store.remove(name) {
                Ok(files) => removed.files.extend(files),
                Err(error) => removed.errors.push(error.into()),
            }
        }
        Ok(removed)
    }
}
