use std::fmt;

use plimsoll_model::Limits;

/// The controllers that carry our limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Controller {
    /// CPU quota.
    Cpu,
    /// CPU time used. On v2 part of every group.
    Cpuacct,
    /// CPUs that may be used.
    Cpuset,
    /// Memory.
    Memory,
    /// Processes and threads.
    Pids,
}

impl Controller {
    /// Every controller that is used.
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Cpuacct, Self::Cpuset, Self::Memory, Self::Pids];

    /// The kernel's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cpuacct => "cpuacct",
            Self::Cpuset => "cpuset",
            Self::Memory => "memory",
            Self::Pids => "pids",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|controller| controller.as_str() == name)
    }
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The version of a control group hierarchy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HierarchyVersion {
    V1,
    V2,
}

/// The period over which the CPU quota is counted, in microseconds: the kernel's and Docker's default.
const PERIOD_US: u64 = 100_000;

/// What is written for one controller, in the order in which the kernel accepts it: file and value.
pub(crate) fn settings(
    version: HierarchyVersion,
    controller: Controller,
    limits: &Limits,
    cpus: &[u32],
) -> Vec<(&'static str, String)> {
    let quota_us = u64::from(limits.cpu_milli) * PERIOD_US / 1_000;
    let memory = limits.memory_bytes.to_string();
    match (version, controller) {
        (_, Controller::Cpuacct) => Vec::new(),
        (HierarchyVersion::V1, Controller::Cpu) => {
            vec![("cpu.cfs_period_us", PERIOD_US.to_string()), ("cpu.cfs_quota_us", quota_us.to_string())]
        }
        (HierarchyVersion::V2, Controller::Cpu) => vec![("cpu.max", format!("{quota_us} {PERIOD_US}"))],
        // The kernel refuses a limit of memory and swap together below that of memory.
        (HierarchyVersion::V1, Controller::Memory) => {
            vec![("memory.limit_in_bytes", memory.clone()), (SWAP_V1, memory)]
        }
        // On v2 swap is counted apart: none is the same as "no more in total than memory".
        (HierarchyVersion::V2, Controller::Memory) => vec![("memory.max", memory), (SWAP_V2, "0".to_owned())],
        (_, Controller::Pids) => vec![("pids.max", limits.pids.to_string())],
        (_, Controller::Cpuset) if cpus.is_empty() => Vec::new(),
        (_, Controller::Cpuset) => vec![("cpuset.cpus", list(cpus))],
    }
}

/// Absent where the kernel does not account swap.
pub(crate) const SWAP_V1: &str = "memory.memsw.limit_in_bytes";
/// Absent where the kernel has no swap.
pub(crate) const SWAP_V2: &str = "memory.swap.max";

fn list(cpus: &[u32]) -> String {
    cpus.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(version: HierarchyVersion, controller: Controller) -> Vec<(&'static str, String)> {
        let limits = Limits { cpu_milli: 1_500, memory_bytes: 64 << 20, pids: 7, ..Limits::default() };
        settings(version, controller, &limits, &[1, 3])
    }

    #[test]
    fn one_and_a_half_cpus_are_a_quota_of_150_ms_in_a_period_of_100_ms() {
        assert_eq!(values(HierarchyVersion::V2, Controller::Cpu), [("cpu.max", "150000 100000".to_owned())]);
        assert_eq!(
            values(HierarchyVersion::V1, Controller::Cpu),
            [("cpu.cfs_period_us", "100000".to_owned()), ("cpu.cfs_quota_us", "150000".to_owned())]
        );
    }

    #[test]
    fn memory_and_swap_together_are_limited_to_what_memory_is() {
        let memory = || "67108864".to_owned();
        assert_eq!(
            values(HierarchyVersion::V1, Controller::Memory),
            [("memory.limit_in_bytes", memory()), ("memory.memsw.limit_in_bytes", memory())]
        );
        assert_eq!(
            values(HierarchyVersion::V2, Controller::Memory),
            [("memory.max", memory()), ("memory.swap.max", "0".to_owned())]
        );
    }

    #[test]
    fn cpus_and_pids_are_written_alike_in_both_versions() {
        for version in [HierarchyVersion::V1, HierarchyVersion::V2] {
            assert_eq!(values(version, Controller::Cpuset), [("cpuset.cpus", "1,3".to_owned())]);
            assert_eq!(values(version, Controller::Pids), [("pids.max", "7".to_owned())]);
        }
    }
}
