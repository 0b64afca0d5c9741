use std::fs;

use crate::EngineError;

const PATH: &str = "/proc/sys/vm/drop_caches";

/// Writes what is dirty and drops the page cache, so that the next start reads from the disk.
///
/// # Errors
/// Without root, and where there is no such file.
pub(crate) fn drop_page_cache() -> Result<(), EngineError> {
    sync();
    fs::write(PATH, "3\n").map_err(|source| EngineError::PageCache { path: PATH, source })
}

#[cfg(unix)]
fn sync() {
    rustix::fs::sync();
}

#[cfg(not(unix))]
fn sync() {}
