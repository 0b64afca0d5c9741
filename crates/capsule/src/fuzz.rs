//! What comes from elsewhere, as bytes: whatever they are, it is read or refused.

use std::io::Cursor;
use std::path::Path;

use crate::{CapsuleError, directory};

/// Checks the directory of an archive; returns the number of its entries.
///
/// # Errors
/// When it is none that a capsule may have.
pub fn directory(bytes: &[u8]) -> Result<usize, CapsuleError> {
    directory::check(Path::new("capsule.plimsoll"), &mut Cursor::new(bytes), bytes.len() as u64)
}
