//! Folders that instances are granted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use plimsoll_files::Tree;

use crate::error::StoreError;

/// The most files of a folder whose digests are kept one by one.
const MOST_TOLD: usize = 1_000;

/// A folder wherever it lies, by its absolute path, and the SHA-256 (hex) of what it holds.
///
/// # Errors
/// When it is no folder, or something in it can't be given to an instance.
pub fn folder_at(folder: &Path) -> Result<(PathBuf, BTreeMap<String, String>), StoreError> {
    let absolute =
        folder.canonicalize().map_err(|source| StoreError::Read { path: folder.to_owned(), source })?;
    let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let digests = granted_digests(&absolute, &name)?;
    Ok((absolute, digests))
}

/// SHA-256 (hex) of what a folder holds, by relative name below the folder's own; of a folder of very many files one of
/// all of them, by its own name with `/`.
pub(crate) fn granted_digests(folder: &Path, name: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let refused = |source| StoreError::Granted { folder: folder.to_owned(), source };
    let digests = Tree::read(folder).map_err(refused)?.digests(MOST_TOLD).map_err(refused)?;
    Ok(digests.into_iter().map(|(file, digest)| (format!("{name}/{file}"), digest)).collect())
}
