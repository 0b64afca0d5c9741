use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file, sha256};
use plimsoll_runtime::check_static;
use plimsoll_runtime::wire::gzip_bytes;

use crate::OciError;

/// What was found out about a static binary.
#[derive(Debug)]
pub(crate) struct StaticBinary {
    /// Length of the file.
    pub(crate) bytes: u64,
    /// Length of its gzip, level 6.
    pub(crate) wire_bytes: u64,
    /// SHA-256 in hex.
    pub(crate) sha256: String,
    /// The file.
    pub(crate) content: Vec<u8>,
}

impl StaticBinary {
    /// Reads a binary and checks that it runs where there is no other file.
    pub(crate) fn read(path: &Path) -> Result<Self, OciError> {
        let bad = |problem: String| OciError::BadBinary { path: path.to_owned(), problem };
        let content = read_file(path, LARGEST_ARTIFACT).map_err(|why| bad(why.to_string()))?;
        check_static(&content, std::env::consts::ARCH).map_err(|problem| bad(problem.to_owned()))?;
        let wire_bytes = gzip_bytes(&content).map_err(|why| bad(why.to_string()))?;
        Ok(Self { bytes: content.len() as u64, wire_bytes, sha256: sha256(&content), content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_dynamic_binary_are_refused_with_the_way_out() {
        for (path, why) in [("/no/such/binary", "can't be run"), ("/bin/sh", "linked dynamically")] {
            let told = StaticBinary::read(Path::new(path)).unwrap_err().to_string();
            assert!(told.contains(path) && told.contains(why) && told.contains("native"), "{told}");
        }
    }
}
