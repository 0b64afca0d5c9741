use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use plimsoll_files::open_file;
use plimsoll_model::{Record, Run};

use crate::bytes::{LIMIT, unread};
use crate::error::StoreError;

/// Follows a journal that another process writes, line by line. The file stays readable when it becomes the run's.
#[derive(Debug)]
pub struct Follower {
    file: File,
    path: PathBuf,
    /// A line of which only the beginning is there.
    begun: Vec<u8>,
    lines: usize,
    bytes: u64,
    run: Option<Run>,
}

impl Follower {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let file = open_file(path).map_err(|why| unread(path, why))?;
        Ok(Self { file, path: path.to_owned(), begun: Vec::new(), lines: 0, bytes: 0, run: None })
    }

    /// The run as far as it was read; `None` before its first line.
    #[must_use]
    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// Reads what was written since the last call. True: there was something.
    ///
    /// # Errors
    /// When it can't be read, grows beyond what a run may have, or a line is no record.
    pub fn catch_up(&mut self) -> Result<bool, StoreError> {
        let before = self.lines;
        let came = (&mut self.file).take(LIMIT - self.bytes).read_to_end(&mut self.begun);
        let came = came.map_err(|source| StoreError::Read { path: self.path.clone(), source })?;
        self.bytes += came as u64;
        if self.bytes >= LIMIT {
            return Err(StoreError::TooLarge { path: self.path.clone(), bytes: self.bytes, limit: LIMIT });
        }
        let whole = self.begun.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let rest = self.begun.split_off(whole);
        for line in std::mem::replace(&mut self.begun, rest).split(|byte| *byte == b'\n') {
            if !line.is_empty() {
                self.lines += 1;
                self.apply(line)?;
            }
        }
        Ok(self.lines > before)
    }

    fn apply(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let record = serde_json::from_slice(line).map_err(|source| StoreError::Format {
            path: self.path.clone(),
            line: self.lines,
            column: source.column(),
            source,
        })?;
        match (record, &mut self.run) {
            (Record::Head(run), None) => self.run = Some(*run),
            (record, Some(run)) => run.apply(record),
            (_, None) => {
                let place = "its first line is not the run's head".to_owned();
                return Err(StoreError::Contradiction { path: self.path.clone(), place });
            }
        }
        Ok(())
    }
}
