use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::open::read_up_to;

/// The most bytes that a label's file may have.
const LIMIT: u64 = 64 << 10;

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
    let bytes = match read_up_to(path, LIMIT) {
        Err(StoreError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {
            return Ok(Label::default());
        }
        bytes => bytes?,
    };
    serde_json::from_slice(&bytes).map_err(|source| StoreError::Format {
        path: path.to_owned(),
        line: source.line(),
        column: source.column(),
        source,
    })
}

/// Writes a label in one step; an empty one has no file.
pub(crate) fn write(path: &Path, label: &Label) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    if *label == Label::default() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        };
    }
    let beside = path.with_extension("label.tmp");
    let bytes = serde_json::to_vec(label).map_err(|error| failed(error.into()))?;
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(failed)
}
