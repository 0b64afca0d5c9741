//! Opening a run from whatever it stands in, and checking that it makes sense.

use std::path::Path;

use plimsoll_model::{Run, check_sense};

use crate::bytes::read;
use crate::endings::is_journal;
use crate::error::StoreError;
use crate::lock::is_locked;
use crate::opened::{Note, Opened, State};
use crate::schema::{read_lines, read_run};

/// Opens a run's file or a journal.
pub(crate) fn open(path: &Path) -> Result<Opened, StoreError> {
    if !is_journal(path) {
        let (run, notes) = read_bytes(path, &read(path)?)?;
        return Ok(Opened { run, path: path.to_owned(), state: State::Finished, notes });
    }
    let state = if is_locked(path) { State::Running } else { State::Unfinished };
    let (run, notes) = open_journal(path)?;
    Ok(Opened { run, path: path.to_owned(), state, notes })
}

/// Reads a journal as far as it goes.
pub(crate) fn open_journal(path: &Path) -> Result<(Run, Vec<Note>), StoreError> {
    read_journal_bytes(path, &read(path)?)
}

/// Reads a run from the bytes of its file, which need not lie on a disk by itself; `named` stands for it in errors.
///
/// # Errors
/// When they are no run, of a later format, or contradict themselves.
pub fn read_bytes(named: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    let (run, notes) = read_run(named, bytes)?;
    Ok((checked(run, named)?, notes))
}

/// As [`read_bytes`], from the bytes of a journal.
///
/// # Errors
/// As [`read_bytes`], and when no line is whole.
#[doc(hidden)]
pub fn read_journal_bytes(named: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    let (run, notes) = read_lines(named, bytes)?;
    Ok((checked(run, named)?, notes))
}

fn checked(run: Run, path: &Path) -> Result<Run, StoreError> {
    match run.check_references().and_then(|()| check_sense(&run)) {
        Ok(()) => Ok(run),
        Err(place) => Err(StoreError::Contradiction { path: path.to_owned(), place }),
    }
}
