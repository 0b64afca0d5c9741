use std::path::{Path, PathBuf};

use plimsoll_model::Slug;

use crate::proc;

/// What can be probed of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Its processes, and those that work for it alone.
    pub processes: Vec<Process>,
    /// Why its processes can't be seen from here; absent when they can.
    pub unseen: Option<&'static str>,
    /// Its control groups, where it has some.
    pub cgroup: Option<CgroupPaths>,
}

/// How deep groups inside a group are looked into.
const DEEPEST: u32 = 8;

fn members_below(folder: &Path, deepest: u32) -> Vec<u32> {
    let mut members = proc::members(folder);
    if let Some(deepest) = deepest.checked_sub(1) {
        let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let folders = inside.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        members.extend(folders.flat_map(|inner| members_below(&inner.path(), deepest)));
    }
    members
}

/// A process and its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Process id in our namespace.
    pub pid: u32,
    /// Its part.
    pub role: Role,
}

/// The part a process has in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The workload itself, or the worker that runs the component.
    Instance,
    /// What the engine starts per container: `containerd-shim`.
    Shim,
    /// `docker-proxy`, one per published port.
    Proxy,
    /// The engine: `dockerd`, `containerd`. Shared by all containers.
    Daemon,
}

impl Role {
    /// The series' subject for this role.
    #[must_use]
    pub const fn subject(self) -> Slug {
        match self {
            Self::Instance => Slug::known("instance"),
            Self::Shim => Slug::known("shim"),
            Self::Proxy => Slug::known("proxy"),
            Self::Daemon => Slug::known("daemon"),
        }
    }
}

/// Folders in which the use of an instance's control group can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CgroupPaths {
    /// One folder per controller; `None` where it is not mounted, or takes no groups of ours.
    V1 {
        /// `memory` controller.
        memory: Option<PathBuf>,
        /// `cpuacct` controller.
        cpuacct: Option<PathBuf>,
    },
    /// One folder.
    V2 {
        /// The group's folder.
        folder: PathBuf,
    },
}

impl CgroupPaths {
    /// The processes in the group at this moment, and in groups that they made inside it.
    #[must_use]
    pub fn members(&self) -> Vec<u32> {
        let found = self.folders().into_iter().map(|folder| members_below(folder, DEEPEST));
        found.into_iter().find(|members| !members.is_empty()).unwrap_or_default()
    }

    /// Every folder.
    #[must_use]
    pub fn folders(&self) -> Vec<&Path> {
        match self {
            Self::V1 { memory, cpuacct } => memory.iter().chain(cpuacct).map(PathBuf::as_path).collect(),
            Self::V2 { folder } => vec![folder],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_in_groups_inside_are_members_too() {
        let group = tempfile::tempdir().unwrap();
        let inner = group.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(group.path().join("cgroup.procs"), "7\n").unwrap();
        std::fs::write(inner.join("cgroup.procs"), "8\n9\n").unwrap();
        let paths = CgroupPaths::V2 { folder: group.path().to_owned() };
        assert_eq!(paths.members(), [7, 8, 9]);
        let without = CgroupPaths::V1 { memory: Some(inner.join("none")), cpuacct: Some(inner) };
        assert_eq!(without.members(), [8, 9]);
    }
}
