//! Files read whole, but never more of them than anything Plimsoll makes can have.

use std::path::Path;

use plimsoll_files::{Unread, read_file};

use crate::error::StoreError;

/// The largest run that is read, in bytes: 512 MiB, room for more than 20 million samples. In memory a run
/// takes a few times as much.
pub(crate) const LIMIT: u64 = 512 << 20;

/// Reads a run's file or a journal.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    read_up_to(path, LIMIT)
}

/// Reads a whole file of at most so many bytes.
pub(crate) fn read_up_to(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    read_file(path, limit).map_err(|why| unread(path, why))
}

/// Why a file is not read, in the store's words.
pub(crate) fn unread(path: &Path, why: Unread) -> StoreError {
    let path = path.to_owned();
    match why {
        Unread::System(source) => StoreError::Read { path, source },
        Unread::NoFile => StoreError::NotAFile { path },
        Unread::TooLarge { bytes, limit } => StoreError::TooLarge { path, bytes, limit },
    }
}
