use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use plimsoll_model::{Record, Run};

use crate::lock::is_locked;
use crate::schema::{read_lines, read_run};
use crate::store::JOURNAL;
use crate::{Origin, StoreError};

/// The largest file that is read, in bytes: 512 MiB, room for more than 20 million samples. In memory a run
/// takes a few times as much.
pub(crate) const LIMIT: u64 = 512 << 20;

/// A run that was read.
#[derive(Debug)]
pub struct Opened {
    /// The run.
    pub run: Run,
    /// The file or journal it was read from.
    pub path: PathBuf,
    /// Whether it is whole.
    pub state: State,
    /// What a reader should know about the reading.
    pub notes: Vec<Note>,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has its file.
    Finished,
    /// Another process is measuring it now.
    Running,
    /// Its process ended before it could write the file; it opens as far as it came.
    Unfinished,
}

/// Something about how a run was read. Its `Display` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The journal's last line is not whole and was left out.
    LastLineCut {
        /// Its number, from 1.
        line: usize,
    },
    /// The file was written in an older format.
    Upgraded {
        /// The version it was written in.
        from: u32,
    },
    /// The run was measured on another machine, or at least not into this store.
    FromElsewhere(Origin),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastLineCut { line } => {
                write!(f, "the journal's last line, {line}, was cut short and is left out")
            }
            Self::Upgraded { from } => write!(f, "the run was written in format {from} and read as today's"),
            Self::FromElsewhere(origin) => origin.fmt(f),
        }
    }
}

/// Opens a run's file or a journal.
pub(crate) fn open(path: &Path) -> Result<Opened, StoreError> {
    if !is_journal(path) {
        let (run, notes) = read_run(path, &read(path)?)?;
        return Ok(Opened { run: checked(run, path)?, path: path.to_owned(), state: State::Finished, notes });
    }
    let state = if is_locked(path) { State::Running } else { State::Unfinished };
    let (run, notes) = open_journal(path)?;
    Ok(Opened { run, path: path.to_owned(), state, notes })
}

/// Reads a journal as far as it goes.
pub(crate) fn open_journal(path: &Path) -> Result<(Run, Vec<Note>), StoreError> {
    let (run, notes) = read_lines(path, &read(path)?)?;
    Ok((checked(run, path)?, notes))
}

pub(crate) fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == JOURNAL)
}

/// Reads a whole file, unless it is larger than anything Plimsoll makes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    read_up_to(path, LIMIT)
}

/// Reads a whole file of at most so many bytes.
pub(crate) fn read_up_to(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    // Asked before it is opened: opening a pipe would wait for its other end.
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        return Err(StoreError::NotAFile { path: path.to_owned() });
    }
    let too_large = |bytes| StoreError::TooLarge { path: path.to_owned(), bytes, limit };
    if found.len() > limit {
        return Err(too_large(found.len()));
    }
    // Grows with what is read: a file may state any length.
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

pub(crate) fn checked(run: Run, path: &Path) -> Result<Run, StoreError> {
    match run.check_references() {
        Ok(()) => Ok(run),
        Err(place) => Err(StoreError::Contradiction { path: path.to_owned(), place }),
    }
}

/// Folds a journal's records, of which the first must be the head.
pub(crate) fn fold(records: impl IntoIterator<Item = Record>) -> Option<Run> {
    let mut records = records.into_iter();
    let Some(Record::Head(mut run)) = records.next() else { return None };
    for record in records {
        run.apply(record);
    }
    Some(*run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_states_of_its_length_is_not_believed() {
        // States to be empty.
        let path = Path::new("/proc/self/stat");
        let bytes = read_up_to(path, 1 << 20).unwrap();
        assert!(bytes.ends_with(b"\n"));
        let refusal = read_up_to(path, 10).unwrap_err();
        assert!(matches!(refusal, StoreError::TooLarge { bytes: 11, limit: 10, .. }), "{refusal}");
    }
}
