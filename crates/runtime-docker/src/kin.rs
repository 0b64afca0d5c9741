use std::fs;
use std::path::Path;

use plimsoll_runtime::proc::{self, Stat};
use plimsoll_runtime::{CgroupPaths, Footprint, Process, Role};

use crate::cgroup;
use crate::exec_sessions::is_of_session;

/// What engines let stand beside a container for as long as it runs: Docker's, and Podman's.
const SHIMS: [&str; 2] = ["`containerd-shim`", "`conmon`"];

/// The process beside a container which started it and waits for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shim {
    pub(crate) pid: u32,
    /// Which program it is, as it is shown.
    pub(crate) shown: &'static str,
}

impl Shim {
    fn of(found: &Stat) -> Option<Self> {
        let shown = SHIMS.into_iter().find(|shown| found.runs(shown.trim_matches('`')))?;
        Some(Self { pid: found.pid, shown })
    }

    /// What it had start the container, where its arguments tell: `conmon` is given that.
    pub(crate) fn runtime(self) -> Option<String> {
        let words = proc::arguments(self.pid);
        let path = words.windows(2).find(|pair| pair[0] == "-r").map(|pair| pair[1].clone())?;
        Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned())
    }
}

/// What the kernel holds for one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kin {
    /// Its first process, where it has one.
    pub(crate) first: Option<u32>,
    /// Processes in the container, as far as they were running when looked at.
    pub(crate) instance: Vec<u32>,
    /// What stands beside it for as long as it runs.
    pub(crate) shim: Option<Shim>,
    /// What Podman lets stand beside its first process, where that was started in a container that ran. It may stay when
    /// the container is gone.
    pub(crate) session: Option<Shim>,
    /// The `docker-proxy` of its port.
    pub(crate) proxies: Vec<u32>,
    /// Its control groups.
    pub(crate) cgroup: Option<CgroupPaths>,
    /// Interface number of the host's end of its veth pair.
    pub(crate) veth: Option<u32>,
}

impl Kin {
    /// Of a container whose first process is `pid`, or which has none any more. `port` is the published one.
    /// `None` when its processes can't be seen from here.
    pub(crate) fn find(
        container: &str,
        pid: Option<u32>,
        port: Option<u16>,
        engine: Option<u32>,
    ) -> Option<Self> {
        let processes = Stat::all();
        let proxies = port.map(|port| proxies(&processes, port, engine)).unwrap_or_default();
        let Some(pid) = pid else {
            return Some(Self { shim: shim_by_name(&processes, container), proxies, ..Self::default() });
        };
        if !cgroup::belongs_to(pid, container) {
            return None;
        }
        let cgroup = cgroup::of(pid, container);
        let members = cgroup.as_ref().map(CgroupPaths::members).filter(|members| !members.is_empty());
        let parent = processes.iter().find(|found| found.pid == pid).map(|found| found.parent);
        let beside = processes.iter().find(|found| Some(found.pid) == parent).and_then(Shim::of);
        let (session, shim): (Option<Shim>, _) = match beside {
            Some(beside) if is_of_session(&proc::arguments(beside.pid)) => (Some(beside), None),
            other => (None, other),
        };
        let shim = shim.or_else(|| shim_by_name(&processes, container));
        let veth = port.and_then(|_| peer_interface(pid));
        Some(Self {
            first: Some(pid),
            instance: members.unwrap_or_else(|| vec![pid]),
            shim,
            session,
            proxies,
            cgroup,
            veth,
        })
    }

    /// As the contract tells it.
    pub(crate) fn footprint(&self) -> Footprint {
        let with = |role| move |&pid: &u32| Process { pid, role };
        // A service may have forked since it was looked at, and a helper may have gone.
        let now = self.cgroup.as_ref().map(CgroupPaths::members).filter(|members| !members.is_empty());
        let instance = now.as_ref().unwrap_or(&self.instance);
        let mut processes: Vec<Process> = instance.iter().map(with(Role::Instance)).collect();
        let beside = self.shim.iter().chain(&self.session);
        processes.extend(beside.map(|shim| Process { pid: shim.pid, role: Role::Shim }));
        processes.extend(self.proxies.iter().map(with(Role::Proxy)));
        Footprint { processes, unseen: None, cgroup: self.cgroup.clone() }
    }

    /// Every process that goes with it.
    pub(crate) fn pids(&self) -> impl Iterator<Item = (u32, &'static str)> {
        let instance = self.instance.iter().map(|&pid| (pid, "a process"));
        let shim = self.shim.iter().map(|shim| (shim.pid, shim.shown));
        instance.chain(shim).chain(self.proxies.iter().map(|&pid| (pid, "`docker-proxy`")))
    }
}

/// A shim is started with its container's id among its arguments.
pub(crate) fn shim_by_name(processes: &[Stat], container: &str) -> Option<Shim> {
    let mut shims = processes.iter().filter_map(Shim::of);
    shims.find(|shim| {
        let words = proc::arguments(shim.pid);
        words.iter().any(|word| word == container) && !is_of_session(&words)
    })
}

/// The proxies of a published port, which are children of the engine.
fn proxies(processes: &[Stat], port: u16, engine: Option<u32>) -> Vec<u32> {
    let port = port.to_string();
    processes
        .iter()
        .filter(|found| found.runs("docker-proxy") && engine.is_none_or(|pid| found.parent == pid))
        .filter(|found| {
            let words = proc::arguments(found.pid);
            words.windows(2).any(|pair| pair[0] == "-host-port" && pair[1] == port)
        })
        .map(|found| found.pid)
        .collect()
}

/// The other end of a container's `eth0`, read in the container's own `/sys`.
fn peer_interface(pid: u32) -> Option<u32> {
    fs::read_to_string(format!("/proc/{pid}/root/sys/class/net/eth0/iflink")).ok()?.trim().parse().ok()
}
