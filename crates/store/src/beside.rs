//! Small files that stand beside a run's own, which never changes.

use std::io::{ErrorKind, Write};
use std::path::Path;

use plimsoll_files::Draft;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bytes::read_up_to;
use crate::error::StoreError;

/// The most bytes that such a file may have.
const LIMIT: u64 = 64 << 10;

/// What is in it; `None` where there is none.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    let bytes = match read_up_to(path, LIMIT) {
        Err(StoreError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|source| StoreError::Format {
        path: path.to_owned(),
        line: source.line(),
        column: source.column(),
        source,
    })
}

/// Writes it in one step.
pub(crate) fn write(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    let bytes = serde_json::to_vec(value).map_err(|error| failed(error.into()))?;
    let mut draft = Draft::at(Path::new(&name)).map_err(failed)?;
    draft.write_all(&bytes).and_then(|()| draft.replace(path)).map_err(failed)
}
