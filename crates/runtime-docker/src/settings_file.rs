//! Files that Docker's client wrote, or whoever else.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::DockerError;

/// More than any such file has.
const MOST_BYTES: u64 = 1 << 20;

/// Why a file of settings does not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It can't be read.
    #[error("it can't be read")]
    Io(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("it is no file")]
    NoFile,
    /// It is longer than any such file.
    #[error("it has more than {MOST_BYTES} bytes")]
    TooLong,
    /// It is not what it should be.
    #[error("it is not as Docker's client writes it: {0}")]
    Json(serde_json::Error),
}

/// What stands in a file of JSON; `None` where there is no such file.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, DockerError> {
    match bytes(file) {
        Ok(None) => Ok(None),
        Ok(Some(bytes)) => serde_json::from_slice(&bytes).map(Some).map_err(Unread::Json),
        Err(problem) => Err(problem),
    }
    .map_err(|problem| DockerError::Settings { file: file.to_owned(), problem })
}

fn bytes(file: &Path) -> Result<Option<Vec<u8>>, Unread> {
    let found = match file.metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        found => found?,
    };
    // To open a pipe would wait for who writes into it.
    if !found.is_file() {
        return Err(Unread::NoFile);
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES { Err(Unread::TooLong) } else { Ok(Some(bytes)) }
}
