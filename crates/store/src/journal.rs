use std::path::PathBuf;

use plimsoll_model::Record;

use crate::StoreError;

/// The journal of a run that goes on: each record is written, then synced, before the next trial begins.
/// While this value lives, the file is locked, so that others can tell the run is alive.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// Adds a record and waits until it is on the disk.
    ///
    /// # Errors
    /// When the disk does not take it. What was written before stays whole, and the journal can be appended to
    /// again once the cause is gone.
    pub fn append(&mut self, record: &Record) -> Result<(), StoreError> {
        todo!("{record:?}")
    }

    /// Turns the journal into the run's file and returns the file's path.
    ///
    /// # Errors
    /// When the file can't be written. The journal stays and opens like a run.
    pub fn finish(self) -> Result<PathBuf, StoreError> {
        todo!("{:?}", self.path)
    }
}
