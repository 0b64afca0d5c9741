//! Real processes under real control groups, and recorded hosts of every layout.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can not go on fails")]

mod above;
mod ends;
mod held;
mod layouts;
mod limits;
mod output;
mod owner;

use plimsoll_model::Limits;
use plimsoll_process::{Cgroup, Cgroups, Child, Launch, Stream};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// Control groups on this host: a test that can't have them fails.
fn cgroups() -> Cgroups {
    let cgroups = Cgroups::open();
    let missing: Vec<_> = cgroups.unlimited().iter().filter(|gap| gap.what != "swap").collect();
    assert!(missing.is_empty(), "these tests need control groups, run them as root: {missing:?}");
    cgroups
}

/// A label that no other test and no other process uses.
fn label(test: &str) -> String {
    format!("test-{test}.{}.0", std::process::id())
}

fn script(text: &str) -> Launch {
    Launch::new("/bin/sh")
        .args(["-c", text])
        .env("PATH", "/usr/bin:/bin")
        .stdout(Stream::Capture { bytes: 4096 })
        .stderr(Stream::Tail { bytes: 4096 })
}

fn run(launch: Launch, test: &str, limits: &Limits, cpus: &[u32]) -> (Child, Cgroup) {
    let group = cgroups().create(&label(test), limits, cpus).unwrap();
    (launch.cpus(cpus).ready().unwrap().spawn(Some(&group)).unwrap(), group)
}

/// Returns when a process has ended; it need not be a child of ours.
fn block_until_end(pid: u32) {
    let pid = Pid::from_raw(pid as i32).unwrap();
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    poll(&mut [PollFd::new(&process, PollFlags::IN)], None).unwrap();
}
