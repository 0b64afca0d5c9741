//! Folders that are OCI layouts. What is in them is found out in preparing; here they are only known again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, open_file, sha256_of};
use plimsoll_model::Form;

use crate::bytes::unread;
use crate::error::StoreError;

/// What makes a folder a layout, and what it lists.
const MARKS: [&str; 2] = ["oci-layout", "index.json"];
/// Where its parts are.
const PARTS: &str = "blobs/sha256";
/// The largest of its lists, in bytes.
const LARGEST_LIST: u64 = 4 << 20;
/// The most parts of WebAssembly.
const MOST_PARTS: usize = 1000;

/// Refuses a folder that is no layout.
pub(crate) fn check(folder: &Path) -> Result<(), StoreError> {
    match MARKS.iter().all(|mark| folder.join(mark).is_file()) {
        true => Ok(()),
        false => Err(StoreError::NoLayout { path: folder.to_owned() }),
    }
}

/// The SHA-256 (hex) of a layout's files, by names that begin with its own. Its index names all else by digest, so that an
/// image's parts are known by it; those of WebAssembly are small, and each is told, so that a capsule holds them.
pub(crate) fn digests(folder: &Path, name: &str, form: Form) -> Result<BTreeMap<String, String>, StoreError> {
    check(folder)?;
    let mut digests = BTreeMap::new();
    for mark in MARKS {
        digests.insert(format!("{name}/{mark}"), digest(&folder.join(mark), LARGEST_LIST)?);
    }
    if form == Form::Image {
        return Ok(digests);
    }
    let parts = folder.join(PARTS);
    let failed = |source| StoreError::Read { path: parts.clone(), source };
    for entry in fs::read_dir(&parts).map_err(failed)?.take(MOST_PARTS) {
        let entry = entry.map_err(failed)?;
        // What is none of an ordinary layout's is refused when it is read, if anything names it.
        if entry.file_type().map_err(failed)?.is_file() {
            let part = entry.file_name().to_string_lossy().into_owned();
            digests.insert(format!("{name}/{PARTS}/{part}"), digest(&entry.path(), LARGEST_ARTIFACT)?);
        }
    }
    Ok(digests)
}

fn digest(path: &Path, limit: u64) -> Result<String, StoreError> {
    let read = |source| StoreError::Read { path: path.to_owned(), source };
    let file = open_file(path).map_err(|why| unread(path, why))?;
    match file.metadata().map_err(read)?.len() {
        bytes if bytes > limit => Err(StoreError::LargeArtifact { path: path.to_owned(), bytes, limit }),
        _ => sha256_of(file).map_err(read),
    }
}
