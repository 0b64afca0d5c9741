use std::io;
use std::path::PathBuf;

use plimsoll_model::FailureKind;
use plimsoll_process::ProcessError;
use plimsoll_runtime::{FolderError, RuntimeError};

/// Why a workload could not run as a plain process.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// The binary is not there.
    #[error(
        "there is no native binary `{path}`: build a static one for this machine (Plimsoll's own: `cargo xtask workloads native`)"
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The binary can't be read.
    #[error("could not read the native binary `{path}`: check its permissions")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The file is not a static executable for this machine.
    #[error(
        "`{path}` can't be run: {problem}. Build a static one for this machine (Plimsoll's own: `cargo xtask workloads native`)"
    )]
    BadBinary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No port is free.
    #[error("found no free port on `127.0.0.1`")]
    NoPort {
        /// Which were tried.
        source: io::Error,
    },
    /// The address was taken between choosing it and listening.
    #[error("`{address}` was taken by another process before the service could listen there: run it again")]
    Taken {
        /// The address.
        address: String,
    },
    /// A program that the lane runs is not here.
    #[error("there is no program `{program}` on `PATH`")]
    NoProgram {
        /// Its name.
        program: String,
    },
    /// A program that the lane runs does not do what it should.
    #[error("`{program}` {what}{}", words(stderr))]
    Program {
        /// Its name.
        program: String,
        /// What it did, as a clause.
        what: String,
        /// What it said.
        stderr: String,
    },
    /// Folders that are granted can't be given, or a folder of ours not be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The process or its limits.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

fn words(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

impl NativeError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Missing { .. }
            | Self::BadBinary { .. }
            | Self::Read { .. }
            | Self::Process(ProcessError::Execute { .. }) => FailureKind::BadArtifact,
            Self::NoPort { .. } | Self::Taken { .. } => FailureKind::Conflict,
            Self::Program { .. } => FailureKind::BadArtifact,
            Self::NoProgram { .. } => FailureKind::RuntimeLost,
            Self::Process(_) | Self::Folder(_) => FailureKind::Other,
        }
    }
}

impl From<NativeError> for RuntimeError {
    fn from(error: NativeError) -> Self {
        Self::backend(error.kind(), error)
    }
}
