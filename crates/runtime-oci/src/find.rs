use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::OciError;

/// A runtime by its name on `PATH`, or by its whole path.
pub(crate) fn find(runtime: &str) -> Result<PathBuf, OciError> {
    let named = Path::new(runtime);
    let files: Vec<PathBuf> = if named.is_absolute() {
        vec![named.to_owned()]
    } else if named.components().count() == 1 {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|at| at.join(named)).collect()
    } else {
        // A relative path would be another file in another folder.
        Vec::new()
    };
    let absent = || OciError::Absent { runtime: runtime.to_owned() };
    files.into_iter().find(|file| can_run(file)).ok_or_else(absent)
}

fn can_run(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_found_by_name_or_whole_path_and_told_where_it_is_not() {
        let shell = find("sh").unwrap();
        assert_eq!(find(&shell.to_string_lossy()).unwrap(), shell);
        for absent in ["no-such-runtime", "./sh", "", "/no/such/runtime", "/tmp"] {
            let told = find(absent).unwrap_err().to_string();
            assert!(told.contains(&format!("`{absent}`")), "{told}");
        }
    }
}
