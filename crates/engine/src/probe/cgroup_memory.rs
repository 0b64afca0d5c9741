use std::borrow::Cow;
use std::path::Path;

use plimsoll_model::{Direction, Metric, Phase, Reading, Unit};
use plimsoll_runtime::{CgroupPaths, Figure, Role};

use super::{Found, Kind, Moment, Probe};
use crate::proc_files::{field, number_in, reading, text_of};

const ANONYMOUS: Metric = Metric::known(
    "cgroup_anon",
    "Control group: anonymous",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Heap, stacks and other memory without a file behind it, charged to the instance's control group.",
);

const FILE: Metric = Metric::known(
    "cgroup_file",
    "Control group: page cache",
    Unit::Bytes,
    Direction::Neutral,
    "Page cache charged to the instance's control group. A page is charged to whoever read it first, so a later \
     instance of the same files may show next to nothing.",
);

const KERNEL: Metric = Metric::known(
    "cgroup_kernel",
    "Control group: kernel",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Kernel memory charged to the instance's control group: page tables, stacks, sockets and the like.",
);

const NO_GROUP: &str = "the instance has no control group of its own here";

pub(super) const PROBE: Kind = Kind { takes: &[ANONYMOUS, FILE, KERNEL], begin: || Box::new(CgroupMemory) };

/// Memory that the kernel charges to the instance's control group.
struct CgroupMemory;

impl Probe for CgroupMemory {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let (phase, footprint) = match moment {
            Moment::Ready { footprint, .. } => (Phase::Ready, footprint),
            Moment::LoadEnded { footprint, .. } => (Phase::Serve, footprint),
            _ => return,
        };
        for split in splits(footprint.cgroup.as_ref()) {
            let subject = Some(Role::Instance.subject());
            let Split { metric, method, reading } = split;
            found.figures.push(Figure { metric, phase, subject, method, reading });
        }
    }
}

struct Split {
    metric: Metric,
    method: &'static str,
    reading: Reading,
}

fn splits(group: Option<&CgroupPaths>) -> [Split; 3] {
    match group {
        Some(CgroupPaths::V1 { memory: Some(folder), .. }) => v1(folder),
        Some(CgroupPaths::V2 { folder }) => v2(folder),
        _ => [ANONYMOUS, FILE, KERNEL].map(|metric| Split {
            metric,
            method: "none",
            reading: Reading::unavailable(NO_GROUP),
        }),
    }
}

fn v1(folder: &Path) -> [Split; 3] {
    let stat = text_of(&folder.join("memory.stat"));
    [
        Split {
            metric: ANONYMOUS,
            method: "cgroup v1 memory.stat total_rss",
            reading: of(&stat, "total_rss"),
        },
        Split {
            metric: FILE,
            method: "cgroup v1 memory.stat total_cache; depends on who read first",
            reading: of(&stat, "total_cache"),
        },
        Split {
            metric: KERNEL,
            method: "cgroup v1 memory.kmem.usage_in_bytes",
            reading: reading(number_in(&folder.join("memory.kmem.usage_in_bytes"))),
        },
    ]
}

fn v2(folder: &Path) -> [Split; 3] {
    let stat = text_of(&folder.join("memory.stat"));
    [
        Split { metric: ANONYMOUS, method: "cgroup v2 memory.stat anon", reading: of(&stat, "anon") },
        Split {
            metric: FILE,
            method: "cgroup v2 memory.stat file; depends on who read first",
            reading: of(&stat, "file"),
        },
        Split { metric: KERNEL, method: "cgroup v2 memory.stat kernel", reading: of(&stat, "kernel") },
    ]
}

fn of(stat: &Result<String, Cow<'static, str>>, key: &str) -> Reading {
    reading(stat.clone().and_then(|text| {
        field(&text, key, 1).ok_or_else(|| format!("this kernel's memory.stat has no `{key}`").into())
    }))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    #[test]
    fn a_v1_group_is_split() {
        let memory = Some(fixture("cgroup-v1"));
        let values =
            splits(Some(&CgroupPaths::V1 { memory, cpuacct: None })).map(|split| split.reading.value());
        assert_eq!(values, [Some(1_486_848), Some(675_840), Some(409_600)]);
    }

    #[test]
    fn a_v2_group_is_split() {
        let group = CgroupPaths::V2 { folder: fixture("cgroup-v2") };
        let values = splits(Some(&group)).map(|split| split.reading.value());
        assert_eq!(values, [Some(2_584_576), Some(1_208_320), Some(532_480)]);
    }

    #[test]
    fn without_a_group_every_part_says_so() {
        for split in splits(None) {
            assert_eq!(split.reading, Reading::unavailable(NO_GROUP));
        }
    }
}
