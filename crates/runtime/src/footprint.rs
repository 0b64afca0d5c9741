use std::path::{Path, PathBuf};

use plimsoll_model::Slug;

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
    /// Every folder.
    #[must_use]
    pub fn folders(&self) -> Vec<&Path> {
        match self {
            Self::V1 { memory, cpuacct } => memory.iter().chain(cpuacct).map(PathBuf::as_path).collect(),
            Self::V2 { folder } => vec![folder],
        }
    }
}
