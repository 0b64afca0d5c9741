//! Programs of this machine.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::NativeError;

/// A program by its name on `PATH`, or by its whole path.
pub(super) fn find(program: &str) -> Result<PathBuf, NativeError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    found_in(program, std::env::split_paths(&path))
}

fn found_in(program: &str, folders: impl Iterator<Item = PathBuf>) -> Result<PathBuf, NativeError> {
    let absent = || NativeError::NoProgram { program: program.to_owned() };
    let named = Path::new(program);
    if named.is_absolute() {
        return if can_run(named) { Ok(named.to_owned()) } else { Err(absent()) };
    }
    // A relative path would be another file in another folder.
    if named.components().count() != 1 {
        return Err(absent());
    }
    let mut files = folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(named));
    files.find(|file| can_run(file)).ok_or_else(absent)
}

fn can_run(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_the_path_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("engine");
        std::fs::write(&file, "").unwrap();
        let find = |program: &str| found_in(program, [folder.path().to_owned()].into_iter());
        assert!(find("engine").is_err(), "it can't be run");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(find("engine").unwrap(), file);
        assert_eq!(find(&file.to_string_lossy()).unwrap(), file);
        assert!(find("./engine").is_err() && find("").is_err());
    }
}
