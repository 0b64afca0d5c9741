use super::ConformanceError;
use crate::{CgroupPaths, Footprint, Role, proc};

pub(super) fn footprint_is_sane(footprint: &Footprint) -> Result<(), ConformanceError> {
    let seen = footprint.processes.iter().any(|process| process.role == Role::Instance);
    let living = footprint.processes.iter().all(|process| is_alive(process.pid));
    if living && seen != footprint.unseen.is_some() {
        return Ok(());
    }
    Err(ConformanceError::Footprint { footprint: Box::new(footprint.clone()) })
}

/// Whether neither a process nor a control group is left of it.
pub(super) fn is_gone(footprint: &Footprint) -> Result<(), ConformanceError> {
    let left =
        footprint.processes.iter().find(|process| process.role != Role::Daemon && is_alive(process.pid));
    if let Some(process) = left {
        return Err(ConformanceError::LeftBehind { pid: process.pid, role: process.role });
    }
    let folders = match &footprint.cgroup {
        None => Vec::new(),
        Some(CgroupPaths::V1 { memory, cpuacct }) => memory.iter().chain(cpuacct).collect(),
        Some(CgroupPaths::V2 { folder }) => vec![folder],
    };
    match folders.into_iter().find(|folder| folder.exists()) {
        Some(folder) => Err(ConformanceError::GroupLeftBehind { folder: folder.clone() }),
        None => Ok(()),
    }
}

/// An ended process that only waits for its parent is not alive: when init takes leave of a container's shim is no
/// part of the instance.
fn is_alive(pid: u32) -> bool {
    proc::Stat::of(pid).is_ok_and(|stat| !stat.has_ended())
}
