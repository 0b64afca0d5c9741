//! The control groups that a runtime makes for containers, each in a group of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use plimsoll_runtime::{CgroupPaths, Owner, Swept, proc};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::OciError;

/// How the groups are called that ours are made as; see [`plimsoll_process::GroupsAbove`].
const ABOVE: &str = "plimsoll.";

/// The container's own in it: by this name it is told from those that an engine makes in one.
pub(crate) const INNER: &str = "container";

/// How long what runs in one may take to end after SIGKILL.
const END_LIMIT: Duration = Duration::from_secs(5);
/// Between two looks: the kernel tells of no group's going.
const STEP: Duration = Duration::from_millis(1);

/// Where control groups are mounted here.
#[derive(Clone, Debug)]
pub(crate) struct Mounted {
    /// Each hierarchy's folder, with the controllers of version 1; version 2 has none here.
    hierarchies: Vec<(PathBuf, Option<String>)>,
}

impl Mounted {
    pub(crate) fn here() -> Self {
        Self::read(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default())
    }

    fn read(mountinfo: &str) -> Self {
        // id, parent, device, root, mount point, options, … - type, source, super options
        let hierarchy = |line: &str| {
            let (mount, file_system) = line.split_once(" - ")?;
            let point = PathBuf::from(mount.split(' ').nth(4)?);
            let mut file_system = file_system.split(' ');
            match (file_system.next()?, file_system.nth(1)) {
                ("cgroup2", _) => Some((point, None)),
                ("cgroup", Some(options)) => Some((point, Some(options.to_owned()))),
                _ => None,
            }
        };
        Self { hierarchies: mountinfo.lines().filter_map(hierarchy).collect() }
    }

    fn of(&self, controller: &str) -> Option<&Path> {
        let has = |options: &str| options.split(',').any(|name| name == controller);
        let found = self.hierarchies.iter().find(|(_, options)| options.as_deref().is_some_and(has));
        found.map(|(point, _)| point.as_path())
    }

    /// Whether one hierarchy has all limits.
    pub(crate) fn is_unified(&self) -> bool {
        self.of("memory").is_none()
    }

    /// Whether memory can be limited together with swap.
    pub(crate) fn counts_swap(&self) -> bool {
        self.of("memory").is_none_or(|point| point.join("memory.memsw.limit_in_bytes").exists())
    }

    /// The folders in which the use of a group can be read, by its path from the root of every hierarchy.
    pub(crate) fn paths(&self, group: &str) -> CgroupPaths {
        let group = group.trim_start_matches('/');
        let folder = |controller| self.of(controller).map(|point| point.join(group));
        let unified = self.hierarchies.iter().find(|(_, options)| options.is_none());
        match (self.is_unified(), unified) {
            (true, Some((point, _))) => CgroupPaths::V2 { folder: point.join(group) },
            _ => CgroupPaths::V1 { memory: folder("memory"), cpuacct: folder("cpuacct") },
        }
    }

    fn folders(&self, group: &str) -> Vec<PathBuf> {
        let group = group.trim_start_matches('/');
        let folders = self.hierarchies.iter().map(|(point, _)| point.join(group));
        folders.filter(|folder| folder.exists()).collect()
    }

    /// Kills what runs in a group and takes it away, in every hierarchy: what the runtime does not do that was killed, or
    /// that hangs. One that is gone is no error.
    pub(crate) fn clear(&self, group: &str) -> Result<(), OciError> {
        let until = Instant::now() + END_LIMIT;
        loop {
            let folders = self.folders(group);
            for folder in &folders {
                kill_members(folder);
                take_away(folder);
            }
            let Some(folder) = folders.into_iter().find(|folder| folder.exists()) else { return Ok(()) };
            if Instant::now() >= until {
                return Err(OciError::Stays { what: format!("the control group `{}`", folder.display()) });
            }
            std::thread::sleep(STEP);
        }
    }

    /// Clears the groups of dead owners' containers. Those above them stay.
    pub(crate) fn sweep(&self, swept: &mut Swept) -> Result<(), OciError> {
        let mut names: Vec<String> = Vec::new();
        for (point, _) in &self.hierarchies {
            for entry in fs::read_dir(point).into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                if entry.path().join(INNER).is_dir() && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        for name in names {
            let numbered = name.strip_prefix(ABOVE).and_then(|rest| rest.rsplit_once('.'));
            let Some((label, _)) = numbered.filter(|(label, _)| Owner::from_label(label).is_some()) else {
                continue;
            };
            let group = format!("{name}/{INNER}");
            let named = || format!("control group `{group}`");
            if swept.may_go(label, named) {
                self.clear(&group)?;
                swept.removed.push(named());
            }
        }
        Ok(())
    }
}

/// The process that is the first of its namespace, among those of a container.
pub(crate) fn first_of(members: &[u32]) -> Option<u32> {
    let is_first = |pid: &&u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
        numbers.split_whitespace().skip(1).last() == Some("1")
    };
    members.iter().find(is_first).copied()
}

/// Kills every process that is in a group now.
pub(crate) fn kill_members(folder: &Path) {
    let open = |pid: u32| {
        let id = Pid::from_raw(pid.try_into().ok()?)?;
        Some((pid, pidfd_open(id, PidfdFlags::empty()).ok()?))
    };
    let opened: Vec<_> = proc::members(folder).into_iter().filter_map(open).collect();
    if opened.is_empty() {
        return;
    }
    // One that is still listed after its descriptor was opened was not given to a stranger meanwhile.
    let still = proc::members(folder);
    for (_, process) in opened.iter().filter(|(pid, _)| still.contains(pid)) {
        // Fails only when it has ended already.
        let _ = pidfd_send_signal(process, Signal::KILL);
    }
}

/// A group, and those that were made inside it.
fn take_away(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            kill_members(&entry.path());
            take_away(&entry.path());
        }
    }
    // Refused while something ends in it; the caller looks again.
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "35 31 0:32 / /g/memory rw - cgroup cgroup rw,memory\n\
        33 31 0:30 / /g/cpu rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
        22 27 0:21 / /proc rw - proc proc rw\n\
        41 31 0:38 / /g/unified rw - cgroup2 cgroup2 rw\n";

    #[test]
    fn a_group_is_found_where_its_memory_is_counted() {
        let memory = Some("/g/memory/a/b".into());
        let v1 = CgroupPaths::V1 { memory, cpuacct: Some("/g/cpu/a/b".into()) };
        let hybrid = Mounted::read(HYBRID);
        assert_eq!((hybrid.paths("/a/b"), hybrid.is_unified()), (v1, false));
        assert!(!hybrid.counts_swap());
        let unified = Mounted::read("30 24 0:26 / /g rw - cgroup2 cgroup2 rw\n");
        assert_eq!(unified.paths("/a/b"), CgroupPaths::V2 { folder: "/g/a/b".into() });
        assert!(unified.is_unified() && unified.counts_swap());
    }

    #[test]
    fn this_process_is_the_first_of_no_container() {
        assert_eq!(first_of(&[std::process::id()]), None);
    }
}
