//! What happens in a child between fork and exec.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit, setsid,
};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::ProcessError;
use crate::error::Step;

/// What the child does to itself before it executes the program.
pub(crate) struct Confinement {
    pub(crate) parent: Pid,
    pub(crate) cpus: Option<CpuSet>,
    pub(crate) data_bytes: Option<u64>,
}

impl std::fmt::Debug for Confinement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confinement").field("data_bytes", &self.data_bytes).finish_non_exhaustive()
    }
}

/// Lets the child do this before it executes its program. It may make system calls on what was allocated before the fork,
/// and may allocate, lock and free nothing; errors are plain numbers.
pub(crate) fn between_fork_and_exec(
    command: &mut Command,
    act: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) {
    // SAFETY: both callers keep to what is said above.
    unsafe { command.pre_exec(act) };
}

impl Confinement {
    pub(crate) fn enter(&self, doors: &[File]) -> io::Result<()> {
        self.apply(doors).map_err(|(step, errno)| {
            // Only a number travels from the child to the parent: the step goes above the errno.
            let step = Step::ALL.iter().position(|known| *known == step).map_or(0, |at| at as i32 + 1);
            io::Error::from_raw_os_error(step << 16 | errno.raw_os_error())
        })
    }

    fn apply(&self, doors: &[File]) -> Result<(), (Step, rustix::io::Errno)> {
        let at = |step| move |errno| (step, errno);
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(at(Step::TieToParent))?;
        // The parent may have ended before the line above: then nobody would send the signal.
        if getppid() != Some(self.parent) {
            return Err((Step::TieToParent, rustix::io::Errno::SRCH));
        }
        setsid().map_err(at(Step::NewSession))?;
        for door in doors {
            // "0" is whoever writes it.
            rustix::io::write(door, b"0").map_err(at(Step::EnterGroup))?;
        }
        if let Some(cpus) = &self.cpus {
            sched_setaffinity(None, cpus).map_err(at(Step::SetAffinity))?;
        }
        if let Some(bytes) = self.data_bytes {
            let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
            setrlimit(Resource::Data, limit).map_err(at(Step::LimitData))?;
        }
        Ok(())
    }
}

pub(crate) fn why(program: &Path, error: io::Error) -> ProcessError {
    let program = program.to_owned();
    let raw = error.raw_os_error().unwrap_or(0);
    let step = usize::try_from((raw >> 16) - 1).ok().and_then(|at| Step::ALL.get(at));
    match step {
        Some(step) => {
            let source = io::Error::from_raw_os_error(raw & 0xffff);
            ProcessError::Confine { program, step: *step, source }
        }
        None => ProcessError::Execute { program, source: error },
    }
}
