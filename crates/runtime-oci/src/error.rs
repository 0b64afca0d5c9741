use std::io;
use std::path::PathBuf;

use oci_spec::OciSpecError;
use plimsoll_model::FailureKind;
use plimsoll_process::ProcessError;
use plimsoll_runtime::{FolderError, RuntimeError};

/// Why a workload could not run as a container of an OCI runtime alone.
#[derive(Debug, thiserror::Error)]
pub enum OciError {
    /// The runtime is not here.
    #[error("there is no OCI runtime `{runtime}` on `PATH`: install it, or leave the lane out")]
    Absent {
        /// Its name.
        runtime: String,
    },
    /// Without root it would need more than this.
    #[error(
        "`{runtime}` needs root here: without it a container needs a user namespace and a delegated control group, which this \
         lane does not make; run Plimsoll as root, or leave the lane out"
    )]
    Rootless {
        /// The runtime.
        runtime: String,
    },
    /// No control group can be made for it.
    #[error("no control group can be made for a container: {why}; leave the lane out")]
    Groupless {
        /// Why.
        why: &'static str,
    },
    /// It does not run a container.
    #[error("`{runtime}` {what}{}: see whether it runs by hand, or leave the lane out", words(said))]
    Refused {
        /// The runtime.
        runtime: String,
        /// What it did, as a clause.
        what: String,
        /// What it said.
        said: String,
    },
    /// The workload's binary can't be run.
    #[error(
        "the native binary `{}` can't be run: {problem}. Build a static one for this machine (Plimsoll's own: `cargo xtask \
         workloads native`)",
        path.display()
    )]
    BadBinary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file of ours can't be written.
    #[error("could not write `{}`: free some space there, or name another folder in `TMPDIR`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A bundle can't be described.
    #[error("could not describe a container: report this as a fault of Plimsoll")]
    Described {
        /// What is wrong.
        source: OciSpecError,
    },
    /// Something of a container stays.
    #[error("could not remove {what}: end what holds it and call `plimsoll clean`")]
    Stays {
        /// What stays.
        what: String,
    },
    /// No port is free.
    #[error("found no free port on `127.0.0.1`")]
    Portless {
        /// Which were tried.
        source: io::Error,
    },
    /// The address was taken between choosing it and listening.
    #[error("`{address}` was taken by another process before the service could listen there: run it again")]
    Taken {
        /// The address.
        address: String,
    },
    /// Folders that are granted can't be given, or a folder of ours not be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The runtime's process, or the group above the container's.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

fn words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

impl OciError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::BadBinary { .. } => FailureKind::BadArtifact,
            Self::Portless { .. } | Self::Taken { .. } => FailureKind::Conflict,
            Self::Absent { .. } | Self::Rootless { .. } | Self::Groupless { .. } | Self::Refused { .. } => {
                FailureKind::RuntimeLost
            }
            _ => FailureKind::Other,
        }
    }
}

impl From<OciSpecError> for OciError {
    fn from(source: OciSpecError) -> Self {
        Self::Described { source }
    }
}

impl From<OciError> for RuntimeError {
    fn from(error: OciError) -> Self {
        Self::backend(error.kind(), error)
    }
}
