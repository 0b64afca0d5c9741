//! Whether a container is held to its limits, read where the kernel keeps them.

use std::fmt;
use std::fs;
use std::path::Path;

use plimsoll_runtime::Conditions;

use crate::cgroup::{self, GroupPlace};

/// A limit that was asked for and does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    what: Limited,
    /// What the kernel has instead; absent where the container has no group for it.
    instead: Option<String>,
}

/// What the kernel limits in groups of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limited {
    Memory,
    Cpu,
    Pids,
    Cpuset,
}

impl Limited {
    const ALL: [Self; 4] = [Self::Memory, Self::Cpu, Self::Pids, Self::Cpuset];

    /// The kernel's word.
    const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Pids => "pids",
            Self::Cpuset => "cpuset",
        }
    }

    /// The limit's files in version 1 and in version 2.
    const fn files(self) -> [&'static [&'static str]; 2] {
        match self {
            Self::Memory => [&["memory.limit_in_bytes"], &["memory.max"]],
            Self::Cpu => [&["cpu.cfs_quota_us", "cpu.cfs_period_us"], &["cpu.max"]],
            Self::Pids => [&["pids.max"], &["pids.max"]],
            Self::Cpuset => [&["cpuset.cpus"], &["cpuset.cpus"]],
        }
    }

    /// Whether what its files say is no more than was asked for.
    fn holds(self, said: &str, asked: &Conditions) -> bool {
        let mut numbers = said.split_whitespace().map(str::parse::<u64>);
        let mut number = || numbers.next().and_then(Result::ok);
        let limits = &asked.limits;
        match self {
            Self::Memory => number().is_some_and(|bytes| bytes <= limits.memory_bytes),
            Self::Pids => number().is_some_and(|pids| pids <= limits.pids.into()),
            Self::Cpu => number().zip(number()).is_some_and(|(quota, period)| {
                quota.saturating_mul(1_000) <= period.saturating_mul(limits.cpu_milli.into())
            }),
            Self::Cpuset => {
                asked.instance_cpus.is_empty()
                    || cpus(said).is_some_and(|cpus| {
                        !cpus.is_empty() && cpus.iter().all(|cpu| asked.instance_cpus.contains(cpu))
                    })
            }
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what.name();
        match &self.instead {
            Some(instead) => write!(f, "`{what}` is not limited: the kernel has `{instead}` for it"),
            None => {
                write!(f, "`{what}` is not limited: the engine's containers have no control group for it")
            }
        }
    }
}

/// The limits that do not stand for a container one of whose processes this is. What can't be seen from here is not
/// among them.
pub(crate) fn gaps(pid: u32, container: &str, asked: &Conditions) -> Vec<Gap> {
    let gap = |what: Limited| {
        let instead = match cgroup::place(pid, container, what.name()) {
            GroupPlace::None => None,
            GroupPlace::Unseen => return None,
            GroupPlace::V1(folder) => Some(read(&folder, what.files()[0])?),
            // A controller that is not handed down has no file there.
            GroupPlace::V2(folder) if !folder.join(what.files()[1][0]).exists() => None,
            GroupPlace::V2(folder) => Some(read(&folder, what.files()[1])?),
        };
        let holds = instead.as_ref().is_some_and(|said| what.holds(said, asked));
        (!holds).then_some(Gap { what, instead })
    };
    Limited::ALL.into_iter().filter_map(gap).collect()
}

fn read(folder: &Path, files: &[&str]) -> Option<String> {
    let lines = files.iter().map(|file| fs::read_to_string(folder.join(file)).ok());
    let lines: Option<Vec<String>> = lines.collect();
    Some(lines?.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "))
}

/// Reads `0-2,7`. `None` where it is something else.
fn cpus(list: &str) -> Option<Vec<u32>> {
    let mut all = Vec::new();
    for range in list.trim().split(',').filter(|range| !range.is_empty()) {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        // No more CPUs than the kernel has room for.
        all.extend(first..=last.min(first.saturating_add(1 << 13)));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Limits, RunId};
    use plimsoll_runtime::Owner;

    use super::*;

    #[test]
    fn what_the_kernel_has_is_held_against_what_was_asked_for() {
        let limits = Limits { memory_bytes: 64 << 20, pids: 10, cpu_milli: 1_500, ..Limits::default() };
        let owner = Owner::current(RunId::known("limits"));
        let asked = Conditions { limits, instance_cpus: vec![1, 2, 3], owner };
        for (what, said, holds) in [
            (Limited::Memory, "67108864", true),
            (Limited::Memory, "9223372036854771712", false),
            (Limited::Memory, "max", false),
            (Limited::Pids, "10", true),
            (Limited::Pids, "max", false),
            (Limited::Cpu, "150000 100000", true),
            (Limited::Cpu, "max 100000", false),
            (Limited::Cpu, "-1 100000", false),
            (Limited::Cpuset, "1-2", true),
            (Limited::Cpuset, "0-3", false),
            (Limited::Cpuset, "", false),
        ] {
            assert_eq!(what.holds(said, &asked), holds, "{what:?} {said}");
        }
        let anywhere = Conditions { instance_cpus: Vec::new(), ..asked };
        assert!(Limited::Cpuset.holds("", &anywhere));
    }

    #[test]
    fn a_list_of_cpus_is_read_and_never_longer_than_the_kernel_s() {
        assert_eq!(cpus("0-2,7\n"), Some(vec![0, 1, 2, 7]));
        assert_eq!(cpus("all"), None);
        assert_eq!(cpus("0-4294967295").map(|cpus| cpus.len()), Some((1 << 13) + 1));
    }
}
