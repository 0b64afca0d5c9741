use std::path::{Path, PathBuf};

use plimsoll_model::Run;

use crate::{Journal, Listed, Opened, StoreError};

/// The folder that runs are kept in: `<id>.json`, and `<id>.journal` while one goes on.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in this folder, which is made when the first run begins.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The user's store: `plimsoll/runs` in the XDG data folder.
    ///
    /// # Errors
    /// When the system knows no home folder.
    pub fn of_user() -> Result<Self, StoreError> {
        todo!()
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins a run: makes the folder and writes the journal's first line.
    ///
    /// # Errors
    /// When the folder can't be made or written to, or a run of this identity is there already.
    pub fn begin(&self, run: &Run) -> Result<Journal, StoreError> {
        todo!("{}", run.id)
    }

    /// Opens a run by its identity, by a beginning of it that only one run has, or by a path.
    ///
    /// # Errors
    /// When there is none or more than one, or it can't be read: with the file, the place and the way out.
    pub fn open(&self, name: &str) -> Result<Opened, StoreError> {
        todo!("{name}")
    }

    /// Every run, the newest first; those that can't be read with their error. Empty where there is no folder.
    ///
    /// # Errors
    /// When the folder itself can't be read.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        todo!()
    }

    /// Removes a run by its identity or a beginning of it that only one run has; returns the files removed.
    ///
    /// # Errors
    /// When there is none or more than one, it still goes on, or a file can't be removed.
    pub fn remove(&self, name: &str) -> Result<Vec<PathBuf>, StoreError> {
        todo!("{name}")
    }
}
