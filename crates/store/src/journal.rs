use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plimsoll_files::{Draft, folder_of, sync_folder_of};
use plimsoll_model::{Record, Run};
use rustix::io::Errno;

use crate::endings::{FILE, UNFINISHED};
use crate::error::StoreError;
use crate::open::open_journal;

/// The journal of a run that goes on: each record is written, then synced, before the next trial begins.
/// While this value lives, the file is locked, so that others can tell that the run is alive, where the file system has
/// locks.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Length of the whole lines, in bytes.
    written: u64,
    /// Why it is not locked.
    unlocked: Option<String>,
}

impl Journal {
    pub(crate) fn begin(path: &Path, run: &Run) -> Result<Self, StoreError> {
        let exists = || StoreError::Exists { id: run.id.to_string(), folder: folder_of(path).to_owned() };
        let write = |source: io::Error| match source.kind() {
            ErrorKind::AlreadyExists => exists(),
            _ => StoreError::Write { path: path.to_owned(), source },
        };
        let file = File::options().write(true).create_new(true).open(path).map_err(write)?;
        let unlocked = match file.lock() {
            Ok(()) => None,
            Err(error) if has_no_locks(&error) => Some(error.to_string()),
            Err(error) => {
                let _ = fs::remove_file(path);
                return Err(write(error));
            }
        };
        let mut journal = Self { file, path: path.to_owned(), written: 0, unlocked };
        let begun = journal.append(&Record::Head(Box::new(run.clone()))).and_then(|()| {
            sync_folder_of(path).map_err(|source| StoreError::Write { path: path.to_owned(), source })
        });
        if let Err(error) = begun {
            // Nothing was measured yet: an empty journal would only be in the way. The first error counts.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(journal)
    }

    /// The journal's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why others can't tell that the run is alive: the file system has no locks. `None` where they can.
    #[must_use]
    pub fn unlocked(&self) -> Option<&str> {
        self.unlocked.as_deref()
    }

    /// Adds a record and waits until it is on the disk.
    ///
    /// # Errors
    /// When the disk does not take it. What was written before stays whole, and the journal can be appended to
    /// again once the cause is gone.
    pub fn append(&mut self, record: &Record) -> Result<(), StoreError> {
        let appended = line(record).and_then(|line| {
            self.file.write_all(&line)?;
            self.file.sync_data()?;
            Ok(line.len() as u64)
        });
        match appended {
            Ok(length) => {
                self.written += length;
                Ok(())
            }
            Err(source) => {
                // Takes back what stands of the line, so that the next one begins where a line begins. Where
                // even that fails, a reader drops the cut line.
                let _ = self.file.set_len(self.written);
                let _ = self.file.seek(SeekFrom::Start(self.written));
                Err(StoreError::Write { path: self.path.clone(), source })
            }
        }
    }

    /// Turns the journal into the run's file and returns the file's path. The file is made from what is in the
    /// journal, so that nothing can stand in the one and not in the other.
    ///
    /// # Errors
    /// When the file can't be written. The journal stays and opens like a run.
    pub fn finish(self) -> Result<PathBuf, StoreError> {
        let run = open_journal(&self.path)?.0;
        let path = self.path.with_extension(FILE);
        let unfinished = self.path.with_extension(UNFINISHED);
        let finish = |source| StoreError::Finish { path: path.clone(), journal: self.path.clone(), source };
        drafted(&unfinished, &run).and_then(|draft| draft.replace(&path)).map_err(finish)?;
        fs::remove_file(&self.path)
            .map_err(|source| StoreError::Write { path: self.path.clone(), source })?;
        Ok(path)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // A child that another thread forks holds a copy of the file until it executes its program: closing this one
        // alone would not give the lock back.
        let _ = self.file.unlock();
    }
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}

/// Writes bytes beside a file's place and moves them there once they are on the disk.
pub(crate) fn write_whole(unfinished: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let draft = Draft::at(unfinished).and_then(|mut draft| draft.write_all(bytes).map(|()| draft));
    let written = draft.and_then(|draft| draft.replace(path));
    written.map_err(|source| StoreError::Write { path: path.to_owned(), source })
}

/// Whether it is the file system that has no locks, as some that are mounted over a network have none.
fn has_no_locks(error: &io::Error) -> bool {
    let without = [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOSYS];
    error.raw_os_error().is_some_and(|code| without.iter().any(|errno| errno.raw_os_error() == code))
}

/// A run's file that has not got its name yet. What a killed process leaves of it is removed when the next run begins.
fn drafted(unfinished: &Path, run: &Run) -> io::Result<Draft> {
    let mut writer = BufWriter::with_capacity(1 << 20, Draft::at(unfinished)?);
    serde_json::to_writer(&mut writer, run)?;
    writer.write_all(b"\n")?;
    Ok(writer.into_inner()?)
}
