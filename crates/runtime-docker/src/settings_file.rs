//! Files that Docker's client wrote, or whoever else.

use std::io::ErrorKind;
use std::path::Path;

use plimsoll_files::{Unread, read_file};
use serde::de::DeserializeOwned;

use crate::DockerError;
use crate::error::SettingsFault;

/// More than any such file has.
const MOST_BYTES: u64 = 1 << 20;

/// What stands in a file of JSON; `None` where there is no such file.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, DockerError> {
    let problem = match read_file(file, MOST_BYTES) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(found) => return Ok(Some(found)),
            Err(error) => SettingsFault::Json(error),
        },
        Err(Unread::System(error))
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(error) => SettingsFault::File(error),
    };
    Err(DockerError::Settings { file: file.to_owned(), problem })
}
