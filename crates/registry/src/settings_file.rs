//! Files that Docker's client wrote, or whoever else.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use plimsoll_files::{Unread, read_file};
use serde::de::DeserializeOwned;

/// More than any such file has.
const MOST_BYTES: u64 = 1 << 20;

/// Why a file of settings does not read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    /// It is no file that can be read.
    #[error(transparent)]
    File(Unread),
    /// It is not what it should be.
    #[error("it is not as Docker's client writes it: {0}")]
    Json(serde_json::Error),
}

/// A file of settings that does not read.
#[derive(Debug, thiserror::Error)]
#[error("`{}` does not read: {fault}. Mend it", file.display())]
pub struct UnreadSettings {
    /// The file.
    pub file: PathBuf,
    /// Why not.
    pub fault: SettingsFault,
}

/// Where Docker's client keeps its settings: where its variable says, else in the home; `None` without either.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    folder_of(|name| std::env::var_os(name), std::env::home_dir())
}

/// The same of whatever environment.
pub fn folder_of(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let folder = variable("DOCKER_CONFIG").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    folder.or_else(|| home.map(|home| home.join(".docker")))
}

/// What stands in a file of JSON; `None` where there is no such file.
///
/// # Errors
/// When it is no file of at most 1 MiB that can be read, or its JSON is not of that kind.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, UnreadSettings> {
    let fault = match read_file(file, MOST_BYTES) {
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
    Err(UnreadSettings { file: file.to_owned(), fault })
}
