use std::io;
use std::path::PathBuf;

/// Why a process could not be run under limits.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// A control group's folder could not be made.
    #[error("could not make the control group `{folder}`: run as root, or in a delegated group")]
    MakeGroup {
        /// The folder.
        folder: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// A limit could not be written.
    #[error("could not write `{value}` to `{file}`: does the group above allow as much?")]
    WriteLimit {
        /// The control file.
        file: PathBuf,
        /// What was to be written.
        value: String,
        /// The kernel's answer.
        source: io::Error,
    },
    /// A file of a control group could not be read or opened.
    #[error("could not open `{file}`: is the control group file system still mounted?")]
    OpenGroup {
        /// The control file.
        file: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// A control group could not be removed.
    #[error(
        "could not remove the control group `{folder}`: end the processes in its `cgroup.procs`, then `rmdir` it"
    )]
    RemoveGroup {
        /// The folder.
        folder: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// Processes of a control group outlived SIGKILL.
    #[error(
        "processes {pids:?} in `{folder}` did not end within {after_ms} ms of SIGKILL: they hang in the kernel"
    )]
    Unkillable {
        /// The folder.
        folder: PathBuf,
        /// Their process ids.
        pids: Vec<u32>,
        /// How long was waited.
        after_ms: u64,
    },
    /// The pipes or the thread around a child could not be made.
    #[error("could not prepare to start `{program}`: are there too many open files or threads?")]
    Prepare {
        /// The program.
        program: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The program could not be executed.
    #[error("could not execute `{program}`: it must be an executable file for this machine")]
    Execute {
        /// The program.
        program: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The child could not be put under its limits, so it was not executed.
    #[error("could not start `{program}` under limits: {step} failed")]
    Confine {
        /// The program.
        program: PathBuf,
        /// What failed.
        step: Step,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The state of a child could not be asked for.
    #[error("could not watch process {pid}: was it waited for elsewhere?")]
    Watch {
        /// Its process id.
        pid: u32,
        /// The kernel's answer.
        source: io::Error,
    },
}

/// What a child does before it executes its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asking for SIGKILL when the parent ends.
    TieToParent,
    /// Making a session of its own.
    NewSession,
    /// Entering its control groups.
    EnterGroup,
    /// Setting the CPUs it may use.
    SetAffinity,
    /// Setting the limit of its data segment.
    LimitData,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TieToParent => "tying its life to its parent",
            Self::NewSession => "making a session",
            Self::EnterGroup => "entering its control group",
            Self::SetAffinity => "setting its CPUs",
            Self::LimitData => "limiting its data segment",
        })
    }
}

impl ProcessError {
    pub(crate) fn write_limit(file: PathBuf, value: &str, source: io::Error) -> Self {
        Self::WriteLimit { file, value: value.to_owned(), source }
    }
}
