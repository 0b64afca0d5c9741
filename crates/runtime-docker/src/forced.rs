//! Ending what runs a container of ours and does not come back.

use rustix::process::{Pid, Signal, kill_process};

use plimsoll_runtime::proc::Stat;

use crate::kin::shim_by_name;

/// Kills what the shim of a container is waiting for, and the shim: it names the container by its whole id among its
/// arguments, so that they are of this container and of no other. The engine then answers whoever waits for it.
pub(crate) fn end(container: &str) {
    let processes = Stat::all();
    let Some(shim) = shim_by_name(&processes, container) else { return };
    let children = processes.iter().filter(|found| found.parent == shim.pid).map(|found| found.pid);
    for pid in children.chain([shim.pid]) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            // One that has ended meanwhile is what was wanted.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}
