use std::borrow::Cow;

use plimsoll_model::{Direction, Metric, Phase, Reading, Unit};
use plimsoll_runtime::proc::Stat;
use plimsoll_runtime::{CgroupPaths, Figure, Footprint, Process, Role};

use super::{Found, Kind, Moment, Probe};
use crate::proc_files::{cpu_of, field, number_in, reading, text_of, ticks_ns, used};

const USER: Metric = Metric::known(
    "cpu_user",
    "User CPU per request",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "CPU time the instance spent in its own code during the load, divided by the right answers.",
);

const SYSTEM: Metric = Metric::known(
    "cpu_system",
    "System CPU per request",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "CPU time the instance spent in the kernel during the load, divided by the right answers.",
);

const TOTAL: Metric = Metric::known(
    "cpu_total",
    "CPU per request",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "CPU time, user and system, of this part during the load, divided by the right answers. Shim, proxy and \
     daemon work outside the instance's limits.",
);

const SCHEDSTAT: &str = "/proc/<pid>/task/*/schedstat";

type Spent = Result<u64, Cow<'static, str>>;

pub(super) const PROBE: Kind =
    Kind { takes: &[USER, SYSTEM, TOTAL], begin: || Box::new(CpuPerRequest::default()) };

/// CPU time per request, of the instance and of what works for it.
#[derive(Default)]
struct CpuPerRequest {
    before: Option<Spending>,
}

struct Spending {
    split: Split,
    by_role: Vec<(Role, Spent)>,
}

struct Split {
    method: &'static str,
    user_ns: Spent,
    system_ns: Spent,
}

impl Probe for CpuPerRequest {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        match moment {
            Moment::LoadBegins { attendants, footprint } => {
                self.before = Some(Spending::now(attendants, footprint));
            }
            Moment::LoadEnded { attendants, footprint, served, .. } => {
                if let Some(before) = self.before.take() {
                    push(&before, Spending::now(attendants, footprint), served.answered, found);
                }
            }
            _ => {}
        }
    }
}

fn push(before: &Spending, after: Spending, answered: u64, found: &mut Found) {
    let each = |spent: Spent| match (spent, answered) {
        (_, 0) => Reading::unavailable("nothing was answered rightly"),
        (spent, answered) => reading(spent.map(|spent_ns| spent_ns / answered)),
    };
    let mut push = |metric, role: Role, method, spent| {
        let (phase, subject, reading) = (Phase::Serve, Some(role.subject()), each(spent));
        found.figures.push(Figure { metric, phase, subject, method, reading });
    };
    let method = after.split.method;
    push(USER, Role::Instance, method, used(&before.split.user_ns, after.split.user_ns));
    push(SYSTEM, Role::Instance, method, used(&before.split.system_ns, after.split.system_ns));
    for (role, spent) in after.by_role {
        if let Some((_, earlier)) = before.by_role.iter().find(|(earlier, _)| *earlier == role) {
            push(TOTAL, role, SCHEDSTAT, used(earlier, spent));
        }
    }
}

impl Spending {
    fn now(attendants: &[Process], footprint: &Footprint) -> Self {
        let processes = &footprint.processes;
        let mut by_role = Vec::new();
        for (processes, role) in [
            (processes.as_slice(), Role::Instance),
            (processes, Role::Shim),
            (processes, Role::Proxy),
            (attendants, Role::Daemon),
        ] {
            by_role.extend(cpu_of(processes, role).map(|spent| (role, spent)));
        }
        Self { split: Split::now(footprint), by_role }
    }
}

impl Split {
    fn now(footprint: &Footprint) -> Self {
        match &footprint.cgroup {
            Some(CgroupPaths::V1 { cpuacct: Some(folder), .. }) => Self {
                method: "cgroup v1 cpuacct.usage_user and usage_sys",
                user_ns: number_in(&folder.join("cpuacct.usage_user")),
                system_ns: number_in(&folder.join("cpuacct.usage_sys")),
            },
            Some(CgroupPaths::V2 { folder }) => {
                let stat = text_of(&folder.join("cpu.stat"));
                let of = |key: &str| {
                    let text = stat.clone()?;
                    field(&text, key, 1_000).ok_or_else(|| format!("cpu.stat has no `{key}`").into())
                };
                Self {
                    method: "cgroup v2 cpu.stat user_usec and system_usec",
                    user_ns: of("user_usec"),
                    system_ns: of("system_usec"),
                }
            }
            _ => Self::from_ticks(footprint),
        }
    }

    fn from_ticks(footprint: &Footprint) -> Self {
        let pids = footprint.processes.iter().filter(|process| process.role == Role::Instance);
        let pids: Vec<u32> = pids.map(|process| process.pid).collect();
        let sum = |ticks: fn(&Stat) -> u64| -> Spent {
            if pids.is_empty() {
                return Err(footprint.unseen.unwrap_or("there is no process to look at").into());
            }
            let spent = |pid: &u32| Stat::of(*pid).map(|stat| ticks_ns(ticks(&stat)));
            pids.iter().map(spent).sum::<Result<u64, _>>().map_err(|_| "the process has ended".into())
        };
        Self {
            method: "/proc/<pid>/stat, in clock ticks",
            user_ns: sum(|stat| stat.user_ticks),
            system_ns: sum(|stat| stat.system_ticks),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    #[test]
    fn groups_of_both_versions_tell_user_and_system_time_in_nanoseconds() {
        let v2 = CgroupPaths::V2 { folder: fixture("cgroup-v2") };
        let v1 = CgroupPaths::V1 { memory: None, cpuacct: Some(fixture("cgroup-v1")) };
        for (group, user_ns, system_ns) in [(v1, 61_834_206, 24_950_117), (v2, 48_211_000, 20_663_000)] {
            let split = Split::now(&Footprint { cgroup: Some(group), ..Footprint::default() });
            assert_eq!((split.user_ns, split.system_ns), (Ok(user_ns), Ok(system_ns)));
        }
    }

    #[test]
    fn without_a_group_clock_ticks_are_read_and_named() {
        let processes = vec![Process { pid: std::process::id(), role: Role::Instance }];
        let split = Split::now(&Footprint { processes, ..Footprint::default() });
        assert!(split.user_ns.is_ok() && split.system_ns.is_ok());
        assert!(split.method.contains("ticks"));
    }

    #[test]
    fn time_is_divided_by_the_answers() {
        let spending = |ns| Spending {
            split: Split { method: "m", user_ns: Ok(ns), system_ns: Err("hidden".into()) },
            by_role: vec![(Role::Proxy, Ok(ns))],
        };
        let mut found = Found::default();
        push(&spending(1_000), spending(4_000), 3, &mut found);
        let readings: Vec<_> = found.figures.iter().map(|figure| figure.reading.clone()).collect();
        assert_eq!(readings, [Reading::Value(1_000), Reading::unavailable("hidden"), Reading::Value(1_000)]);
    }
}
