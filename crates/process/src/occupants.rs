//! Emptying a control group and taking it away.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use plimsoll_runtime::proc::members;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::ProcessError;

/// How long processes may take to end after SIGKILL.
const END_LIMIT: Duration = Duration::from_secs(5);
/// How often a group is looked at where the kernel gives no event.
const STEP: Duration = Duration::from_micros(200);

/// Kills every process in a group, waits for their ends and removes the folder. One that is gone is no error.
pub(crate) fn remove(folder: &Path) -> Result<(), ProcessError> {
    let began = Instant::now();
    loop {
        match fs::remove_dir(folder) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                let left = members(folder);
                let time_left = END_LIMIT.saturating_sub(began.elapsed());
                let folder_left = || folder.to_owned();
                match (left.is_empty(), time_left.is_zero()) {
                    (true, false) if error.kind() == io::ErrorKind::ResourceBusy => {
                        // A process that is just ending is no longer listed but still holds its group for a
                        // moment, and v1 has no event for its going.
                        std::thread::sleep(STEP);
                    }
                    (true, _) => {
                        return Err(ProcessError::RemoveGroup { folder: folder_left(), source: error });
                    }
                    (false, true) => {
                        let after_ms = END_LIMIT.as_millis() as u64;
                        return Err(ProcessError::Unkillable { folder: folder_left(), pids: left, after_ms });
                    }
                    // Again and again, because one may have forked between the list and the signal.
                    (false, false) => kill_listed(folder, &left, time_left),
                }
            }
        }
    }
}

fn kill_listed(folder: &Path, pids: &[u32], limit: Duration) {
    // No more forks while we kill; a group without this controller has no such file.
    let _ = fs::write(folder.join("pids.max"), "0");
    let held: Vec<(u32, OwnedFd)> = pids
        .iter()
        .filter_map(|&pid| {
            let id = Pid::from_raw(pid.try_into().ok()?)?;
            Some((pid, pidfd_open(id, PidfdFlags::empty()).ok()?))
        })
        .collect();
    // A pid that is still listed after its descriptor was opened was not given to a stranger meanwhile.
    let still = members(folder);
    let doomed: Vec<_> = held.iter().filter(|(pid, _)| still.contains(pid)).collect();
    for (_, process) in &doomed {
        // Fails only when it has ended already.
        let _ = pidfd_send_signal(process, Signal::KILL);
    }
    let until = Instant::now() + limit;
    for (_, process) in &doomed {
        wait_for_end(process, until.saturating_duration_since(Instant::now()));
    }
}

/// Waits until a process has ended, or the time is over.
fn wait_for_end(process: &OwnedFd, limit: Duration) {
    let until = Instant::now() + limit;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
        let ended = poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&timeout));
        if ended != Err(rustix::io::Errno::INTR) {
            return;
        }
    }
}
