use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::beside;
use crate::error::StoreError;

/// What the user calls a run. Kept beside it: the run's own file never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Label {
    /// A name beside the identity.
    pub name: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// A label, or an empty one where there is none.
pub(crate) fn read(path: &Path) -> Result<Label, StoreError> {
    Ok(beside::read(path)?.unwrap_or_default())
}

/// Writes a label in one step; an empty one has no file.
pub(crate) fn write(path: &Path, label: &Label) -> Result<(), StoreError> {
    if *label != Label::default() {
        return beside::write(path, label);
    }
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(StoreError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
