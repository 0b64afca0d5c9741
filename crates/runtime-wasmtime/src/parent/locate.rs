use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::WasmtimeError;

/// The worker's file name.
const WORKER: &str = "plimsoll-worker";

/// Names the worker where it is not beside the program.
const VARIABLE: &str = "PLIMSOLL_WORKER";

/// Finds the worker: where `given`, else beside this program, else where `PLIMSOLL_WORKER` says.
///
/// # Errors
/// When it is at neither place, or is this program itself: two processes of one file share its pages, and the
/// instance's memory would look smaller than it is.
pub(super) fn worker(given: Option<&Path>) -> Result<PathBuf, WasmtimeError> {
    let program = std::env::current_exe().map_err(WasmtimeError::io("find the path of", "this program"))?;
    let path = match given {
        Some(given) => given.to_owned(),
        None => choose(&program, std::env::var_os(VARIABLE)),
    };
    check(&program, path)
}

fn choose(program: &Path, named: Option<OsString>) -> PathBuf {
    let beside = program.with_file_name(WORKER);
    match named {
        Some(named) if !beside.is_file() => PathBuf::from(named),
        _ => beside,
    }
}

fn check(program: &Path, path: PathBuf) -> Result<PathBuf, WasmtimeError> {
    if !path.is_file() {
        return Err(WasmtimeError::NoWorker { path });
    }
    if same_file(&path, program) {
        return Err(WasmtimeError::WorkerIsParent { path });
    }
    Ok(path)
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_is_found_beside_the_program_else_where_the_variable_says() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("plimsoll");
        std::fs::write(&program, b"program").unwrap();
        let missing = check(&program, choose(&program, None)).unwrap_err();
        assert!(missing.to_string().contains("PLIMSOLL_WORKER"), "{missing}");
        let named = folder.path().join("another-worker");
        std::fs::write(&named, b"worker").unwrap();
        assert_eq!(choose(&program, Some(named.clone().into())), named);
        let beside = folder.path().join(WORKER);
        std::fs::write(&beside, b"worker").unwrap();
        assert_eq!(choose(&program, Some(named.into())), beside);
    }

    #[test]
    fn the_worker_is_never_this_program() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("plimsoll");
        std::fs::write(&program, b"program").unwrap();
        std::fs::hard_link(&program, folder.path().join(WORKER)).unwrap();
        assert!(matches!(check(&program, choose(&program, None)), Err(WasmtimeError::WorkerIsParent { .. })));
    }
}
