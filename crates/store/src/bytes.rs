//! Files read whole, but never more of them than anything Plimsoll makes can have.

use std::fs::File;
use std::io::Read;
use std::path::Path;

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
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    // Asked before it is opened: opening a pipe would wait for its other end.
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        return Err(StoreError::NotAFile { path: path.to_owned() });
    }
    let too_large = |bytes| StoreError::TooLarge { path: path.to_owned(), bytes, limit };
    if found.len() > limit {
        return Err(too_large(found.len()));
    }
    // Grows with what is read: a file may state any length.
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_states_of_its_length_is_not_believed() {
        // States to be empty.
        let path = Path::new("/proc/self/stat");
        let bytes = read_up_to(path, 1 << 20).unwrap();
        assert!(bytes.ends_with(b"\n"));
        let refusal = read_up_to(path, 10).unwrap_err();
        assert!(matches!(refusal, StoreError::TooLarge { bytes: 11, limit: 10, .. }), "{refusal}");
    }
}
