//! Artifacts that are named one by one, wherever they lie.

use std::collections::BTreeMap;
use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, open_file, sha256_of};
use plimsoll_model::{Artifact, Form, REGISTRY_SCHEME, Source, in_registry, is_in_registry};

use crate::bytes::unread;
use crate::error::StoreError;
use crate::kind;
use crate::layout;

/// The largest image in a file, in bytes.
pub(crate) const LARGEST_ARCHIVE: u64 = 8 << 30;

/// An artifact, and the SHA-256 (hex) of its files by name.
pub type Single = (Artifact, BTreeMap<String, String>);

/// WebAssembly that is named: a file, which is a component or a module; `oci://…`, or a folder that is an OCI layout, of
/// which the kind is found out in preparing.
///
/// # Errors
/// When it can't be read, is too large, or no WebAssembly; when it is no name in a registry.
pub fn wasm_at(path: &Path) -> Result<Single, StoreError> {
    if let Some(name) = path.to_str().and_then(in_registry) {
        return Ok((pulled(Form::Component, name)?, BTreeMap::new()));
    }
    if path.is_dir() {
        return layout_at(path, Form::Component);
    }
    kind::check_fetched(path)?;
    let form = kind::wasm_form(path)?;
    artifact_at(path, form, LARGEST_ARTIFACT)
}

/// A native binary. Whether it can be run is found out in preparing.
///
/// # Errors
/// When it can't be read or is too large.
pub fn binary_at(path: &Path) -> Result<Single, StoreError> {
    kind::check_fetched(path)?;
    artifact_at(path, Form::Binary, LARGEST_ARTIFACT)
}

/// An image in a file, or in a folder that is an OCI layout.
///
/// # Errors
/// When it can't be read or is too large.
pub fn archive_at(path: &Path) -> Result<Single, StoreError> {
    if path.is_dir() {
        return layout_at(path, Form::Image);
    }
    let (artifact, digests) = artifact_at(path, Form::Image, LARGEST_ARCHIVE)?;
    let source = match artifact.source {
        Source::File(file) => Source::Archive(file),
        other => other,
    };
    Ok((Artifact { source, ..artifact }, digests))
}

fn artifact_at(path: &Path, form: Form, limit: u64) -> Result<Single, StoreError> {
    let read = |source| StoreError::Read { path: path.to_owned(), source };
    let file = path.canonicalize().map_err(read)?;
    let opened = open_file(&file).map_err(|why| unread(&file, why))?;
    let bytes = opened.metadata().map_err(read)?.len();
    if bytes > limit {
        return Err(StoreError::LargeArtifact { path: file, bytes, limit });
    }
    let digest = sha256_of(opened).map_err(read)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let digests = BTreeMap::from([(name.clone(), digest)]);
    Ok((Artifact { form, name, source: Source::File(file), arch: None }, digests))
}

fn layout_at(path: &Path, form: Form) -> Result<Single, StoreError> {
    let folder = path.canonicalize().map_err(|source| StoreError::Read { path: path.to_owned(), source })?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let digests = layout::digests(&folder, &name, form)?;
    Ok((Artifact { form, name, source: Source::Layout(folder), arch: None }, digests))
}

/// WebAssembly in a registry.
pub(crate) fn pulled(form: Form, name: &str) -> Result<Artifact, StoreError> {
    if !is_in_registry(name) {
        return Err(StoreError::NoRegistryName { name: name.to_owned() });
    }
    let source = Source::Registry(name.to_owned());
    Ok(Artifact { form, name: format!("{REGISTRY_SCHEME}{name}"), source, arch: None })
}
