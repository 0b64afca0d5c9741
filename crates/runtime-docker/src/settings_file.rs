//! Files that Docker's client wrote, or whoever else.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use plimsoll_files::{Unread, read_file};
use serde::de::DeserializeOwned;

use crate::DockerError;
use crate::error::SettingsFault;

/// More than any such file has.
const MOST_BYTES: u64 = 1 << 20;

/// Where Docker's client keeps its settings: where its variable says, else in the home; `None` without either.
pub(crate) fn folder() -> Option<PathBuf> {
    folder_of(|name| std::env::var_os(name), std::env::home_dir())
}

/// The same of whatever environment.
pub(crate) fn folder_of(
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> Option<PathBuf> {
    let folder = variable("DOCKER_CONFIG").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    folder.or_else(|| home.map(|home| home.join(".docker")))
}

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
