//! What is wrong with a file, and where.

use std::path::Path;

use crate::error::StoreError;

/// A parser's error with its place in the file, of which `lines_before` lines are not in what was parsed.
pub(super) fn format_fault(path: &Path, source: serde_json::Error, lines_before: usize) -> StoreError {
    let path = path.to_owned();
    let (line, column) = (source.line() + lines_before, source.column());
    if source.is_eof() {
        StoreError::CutShort { path, line, column }
    } else {
        StoreError::Format { path, line, column, source }
    }
}

/// A format that is none of the `known` ones.
pub(super) fn wrong_version(path: &Path, found: u32, known: u32) -> StoreError {
    let path = path.to_owned();
    if found > known {
        StoreError::Newer { path, found, known }
    } else {
        StoreError::UnknownFormat { path, found }
    }
}
