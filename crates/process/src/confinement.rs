//! What a child does to itself before it executes its program.

use std::fs::File;

use rustix::io::Errno;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit, setsid,
};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::error::Step;

/// Under what a program is executed.
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

impl Confinement {
    /// System calls on what was made before the child alone.
    pub(crate) fn enter(&self, doors: &[File]) -> Result<(), (Step, Errno)> {
        let at = |step| move |errno| (step, errno);
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(at(Step::TieToParent))?;
        // The parent may have ended before the line above: then nobody would send the signal.
        if getppid() != Some(self.parent) {
            return Err((Step::TieToParent, Errno::SRCH));
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
