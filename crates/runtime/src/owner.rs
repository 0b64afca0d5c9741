//! Who made what a run leaves on a machine, and whether that one still lives.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

use plimsoll_model::RunId;
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::proc::Stat;

/// The namespace of the kernel's first process, in which every process is seen (`PROC_PID_INIT_INO` in
/// `include/uapi/linux/nsfs.h`).
const FIRST_NAMESPACE: u64 = 0xEFFF_FFFC;
/// How much of the boot's identity a label carries: 32 bits of a random number.
const BOOT_SIGNS: usize = 8;

/// The process that owns what a run makes. Everything made carries it as a label or in its name, so that a
/// later run can tell what a dead one left from what a living one uses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The run.
    pub run: RunId,
    /// Process id of the command that runs it.
    pub pid: u32,
    /// That process's start in clock ticks since boot (`/proc/<pid>/stat`, field 22), so that a pid that was
    /// given out again is not taken for it. 0 where the system does not tell.
    pub started_ticks: u64,
    /// Within what the process id means that process.
    pub ground: Ground,
}

/// Where a process id means one process: a boot of a machine, and a PID namespace there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ground {
    /// The beginning of `/proc/sys/kernel/random/boot_id`; empty where the system does not tell.
    pub boot: String,
    /// The namespace's inode, as `/proc/self/ns/pid` has it; 0 where the system does not tell.
    pub pid_namespace: u64,
}

/// Whether an owner lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It does.
    Lives,
    /// It has ended for certain.
    Ended,
    /// That can't be seen from here.
    Unseen(Unseen),
}

/// Why it can't be seen whether an owner lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// It ran on another machine, or before this one was started last.
    OtherBoot,
    /// It ran, or runs, in a PID namespace that does not show here.
    OtherNamespace,
    /// This process is not shown even itself as it is.
    Hidden,
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherBoot => "its run began on another machine, or before this one was started last",
            Self::OtherNamespace => {
                "its run began in another PID namespace, whose processes are not seen from here"
            }
            Self::Hidden => "the processes of this machine are not seen from here",
        })
    }
}

impl Ground {
    /// That of this process.
    #[must_use]
    pub fn here() -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let boot = boot.chars().filter(char::is_ascii_hexdigit).take(BOOT_SIGNS).collect();
        let namespace = fs::metadata("/proc/self/ns/pid").map_or(0, |found| found.ino());
        Self { boot, pid_namespace: namespace }
    }
}

impl Owner {
    /// The label's text: `<run>.<pid>.<ticks>.<boot>.<namespace>`.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { run, pid, started_ticks, ground: Ground { boot, pid_namespace } } = self;
        format!("{run}.{pid}.{started_ticks}.{boot}.{pid_namespace}")
    }

    /// Reads a label's text back; `None` when it is not one of ours.
    #[must_use]
    pub fn from_label(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(5, '.');
        let pid_namespace = parts.next()?.parse().ok()?;
        let boot = parts.next()?;
        let started_ticks = parts.next()?.parse().ok()?;
        let pid = parts.next()?.parse().ok()?;
        let run = parts.next()?.parse().ok()?;
        let known = boot.len() <= BOOT_SIGNS && boot.bytes().all(|byte| byte.is_ascii_hexdigit());
        let ground = Ground { boot: boot.to_owned(), pid_namespace };
        known.then_some(Self { run, pid, started_ticks, ground })
    }

    /// This process as the owner of a run.
    #[must_use]
    pub fn current(run: RunId) -> Self {
        let pid = std::process::id();
        let started_ticks = Stat::of(pid).map_or(0, |stat| stat.started_ticks);
        Self { run, pid, started_ticks, ground: Ground::here() }
    }

    /// Whether the owning process still lives, as far as that can be seen from here.
    #[must_use]
    pub fn life(&self) -> Life {
        let here = Ground::here();
        if self.ground.boot != here.boot || here.boot.is_empty() {
            return Life::Unseen(Unseen::OtherBoot);
        }
        // A container may have been given the folder of another namespace's processes.
        if begun(Stat::of(std::process::id())) != begun(Stat::own()) {
            return Life::Unseen(Unseen::Hidden);
        }
        if self.ground.pid_namespace == here.pid_namespace {
            return self.life_in_this_namespace();
        }
        if here.pid_namespace != FIRST_NAMESPACE {
            return Life::Unseen(Unseen::OtherNamespace);
        }
        self.life_below()
    }

    fn life_in_this_namespace(&self) -> Life {
        if let Ok(stat) = Stat::of(self.pid) {
            return if stat.started_ticks == self.started_ticks { Life::Lives } else { Life::Ended };
        }
        // The processes of others may be hidden (mount option `hidepid`), but not that their number is taken.
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        match pid.map(test_kill_process) {
            None | Some(Err(Errno::SRCH)) => Life::Ended,
            Some(_) => Life::Unseen(Unseen::Hidden),
        }
    }

    /// Of an owner in a namespace below the first one, where every process shows with its numbers in all of them.
    fn life_below(&self) -> Life {
        let mut unread = false;
        for Stat { pid, .. } in Stat::all() {
            // Every one tells its numbers, but its namespace only to who may look into it.
            if own_number(pid) != Some(self.pid) {
                continue;
            }
            match fs::metadata(format!("/proc/{pid}/ns/pid")) {
                Ok(found) if found.ino() == self.ground.pid_namespace => return Life::Lives,
                Err(error) if error.kind() == ErrorKind::PermissionDenied => unread = true,
                Ok(_) | Err(_) => {}
            }
        }
        if unread { Life::Unseen(Unseen::Hidden) } else { Life::Ended }
    }
}

/// What tells a process from all others; `None` where it is not seen.
fn begun(stat: std::io::Result<Stat>) -> Option<(u32, u64)> {
    stat.ok().map(|stat| (stat.pid, stat.started_ticks))
}

/// The number of a process in its own namespace, where that is one below this one: the last of several in `NSpid` of
/// `/proc/<pid>/status`.
fn own_number(pid: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?.split_whitespace();
    numbers.skip(1).last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner::current(RunId::known("run"))
    }

    #[test]
    fn this_process_lives_and_its_label_reads_back() {
        let owner = owner();
        assert_eq!(owner.life(), Life::Lives);
        assert_eq!(Owner::from_label(&owner.label()), Some(owner.clone()));
        let other = Owner { started_ticks: owner.started_ticks + 1, ..owner };
        assert_eq!(other.life(), Life::Ended);
    }

    #[test]
    fn an_owner_elsewhere_is_not_taken_for_a_dead_one() {
        let boot = Ground { boot: "0123abcd".to_owned(), ..Ground::here() };
        assert_eq!(Owner { ground: boot, ..owner() }.life(), Life::Unseen(Unseen::OtherBoot));
        let namespace = Ground { pid_namespace: 1, ..Ground::here() };
        let elsewhere = Owner { ground: namespace, ..owner() }.life();
        // In the first namespace every process is seen: nothing is in one of that number.
        let seen = Ground::here().pid_namespace == FIRST_NAMESPACE;
        assert_eq!(elsewhere, if seen { Life::Ended } else { Life::Unseen(Unseen::OtherNamespace) });
    }

    #[test]
    fn a_foreign_label_is_not_ours() {
        for foreign in ["web", "a.b.c", "run.1.2", "run.1.2.nothex00.4", "run.1.2.0123456789.4"] {
            assert_eq!(Owner::from_label(foreign), None, "{foreign}");
        }
    }
}
