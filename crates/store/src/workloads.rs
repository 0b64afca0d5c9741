use std::path::{Path, PathBuf};

use plimsoll_model::Workload;

use crate::StoreError;

/// A folder that holds a `workload.toml`.
#[derive(Debug)]
pub struct FoundWorkload {
    /// The folder.
    pub folder: PathBuf,
    /// The workload, or why it can't be used.
    pub workload: Result<Workload, StoreError>,
}

/// Loads the workload in a folder, with everything it names. The native binary may be missing: it is built
/// later.
///
/// # Errors
/// When the manifest is refused, its name is not the folder's, or a file is missing, too large or outside the
/// folder.
pub fn load_workload(folder: &Path) -> Result<Workload, StoreError> {
    todo!("{folder:?}")
}

/// Every workload directly inside these folders, by name; the first of a name wins. A folder that is itself a
/// workload counts as one. Broken ones are kept with their error.
///
/// # Errors
/// When a folder can't be read.
pub fn find_workloads(folders: &[PathBuf]) -> Result<Vec<FoundWorkload>, StoreError> {
    todo!("{folders:?}")
}
