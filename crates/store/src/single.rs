//! Artifacts that are named one by one, wherever they lie.

use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, open_file, sha256_of};
use plimsoll_model::{Artifact, Form, Source};

use crate::bytes::unread;
use crate::error::StoreError;
use crate::kind;

/// The largest image in a file, in bytes.
pub(crate) const LARGEST_ARCHIVE: u64 = 8 << 30;

/// What a file of WebAssembly is, with its SHA-256 (hex): a component, or a module.
///
/// # Errors
/// When it can't be read, is too large, or no WebAssembly.
pub fn wasm_at(path: &Path) -> Result<(Artifact, String), StoreError> {
    kind::check_fetched(path)?;
    let form = kind::wasm_form(path)?;
    artifact_at(path, form, LARGEST_ARTIFACT)
}

/// A native binary, with its SHA-256 (hex). Whether it can be run is found out in preparing.
///
/// # Errors
/// When it can't be read or is too large.
pub fn binary_at(path: &Path) -> Result<(Artifact, String), StoreError> {
    kind::check_fetched(path)?;
    artifact_at(path, Form::Binary, LARGEST_ARTIFACT)
}

/// An image in a file, with its SHA-256 (hex).
///
/// # Errors
/// When it can't be read or is too large.
pub fn archive_at(path: &Path) -> Result<(Artifact, String), StoreError> {
    let (artifact, digest) = artifact_at(path, Form::Image, LARGEST_ARCHIVE)?;
    let source = match artifact.source {
        Source::File(file) => Source::Archive(file),
        other => other,
    };
    Ok((Artifact { source, ..artifact }, digest))
}

fn artifact_at(path: &Path, form: Form, limit: u64) -> Result<(Artifact, String), StoreError> {
    let read = |source| StoreError::Read { path: path.to_owned(), source };
    let file = path.canonicalize().map_err(read)?;
    let opened = open_file(&file).map_err(|why| unread(&file, why))?;
    let bytes = opened.metadata().map_err(read)?.len();
    if bytes > limit {
        return Err(StoreError::LargeArtifact { path: file, bytes, limit });
    }
    let digest = sha256_of(opened).map_err(read)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((Artifact { form, name, source: Source::File(file), arch: None }, digest))
}
