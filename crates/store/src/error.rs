use std::path::PathBuf;

/// Why a run could not be kept or read, or a workload not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system knows no home folder.
    #[error("found no home folder to keep runs in: set `XDG_DATA_HOME` or name a folder with `--data-dir`")]
    NoHome(#[from] etcetera::HomeDirError),
    /// No run has this name.
    #[error("found no run `{name}` in `{folder}`: `plimsoll list` shows what is there")]
    NotFound {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
}
