use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file, sha256};
use plimsoll_runtime::check_static;
use plimsoll_runtime::wire::gzip_bytes;

use crate::NativeError;

/// What was found out about a native binary.
#[derive(Debug)]
pub(crate) struct Binary {
    /// Length of the file.
    pub(crate) bytes: u64,
    /// Length of its gzip, level 6.
    pub(crate) gzip_bytes: u64,
    /// SHA-256 in hex.
    pub(crate) sha256: String,
}

impl Binary {
    /// Reads a binary and checks that it can be run here as it could be in a container FROM scratch.
    pub(crate) fn examine(path: &Path) -> Result<Self, NativeError> {
        let fail = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => NativeError::Missing { path: path.to_owned() },
            _ => NativeError::Read { path: path.to_owned(), source },
        };
        let bad = |problem| NativeError::BadBinary { path: path.to_owned(), problem };
        let found = fs::metadata(path).map_err(fail)?;
        if !found.is_file() {
            return Err(bad("it is no file"));
        }
        if found.permissions().mode() & 0o111 == 0 {
            return Err(bad("it is not marked as executable (`chmod +x` marks it)"));
        }
        let file = read_file(path, LARGEST_ARTIFACT).map_err(|why| fail(why.into()))?;
        check_static(&file, std::env::consts::ARCH).map_err(bad)?;
        let gzip_bytes = gzip_bytes(&file).map_err(fail)?;
        Ok(Self { bytes: file.len() as u64, gzip_bytes, sha256: sha256(&file) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_binary_says_how_to_build_it() {
        let error = Binary::examine(Path::new("/no/such/binary")).unwrap_err().to_string();
        assert!(
            error.contains("`/no/such/binary`") && error.contains("cargo xtask workloads native"),
            "{error}"
        );
    }

    #[test]
    fn a_script_a_folder_and_a_file_without_the_bit_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program");
        fs::write(&file, "#!/bin/sh\n").unwrap();
        let problem = |path: &Path| Binary::examine(path).unwrap_err().to_string();
        assert!(problem(&file).contains("executable (`chmod +x`"), "{}", problem(&file));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(problem(&file).contains("no ELF"), "{}", problem(&file));
        assert!(problem(folder.path()).contains("no file"), "{}", problem(folder.path()));
    }

    #[test]
    fn a_dynamic_binary_of_this_machine_is_refused() {
        let error = Binary::examine(Path::new("/bin/sh")).unwrap_err().to_string();
        assert!(error.contains("linked dynamically"), "{error}");
    }
}
