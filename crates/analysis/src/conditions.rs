//! Whether two runs were made under the same conditions.

use std::collections::BTreeSet;
use std::fmt;

use plimsoll_model::{Case, Host, PageCache, Phase, Run};
use serde::{Deserialize, Serialize};

use crate::figure::Compared;

/// Why a figure of two runs says nothing about what is compared. Its `Display` is a clause.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obstacle {
    /// They ran on different machines, or on one that was set up in another way.
    OtherHost {
        /// What tells them apart.
        unlike: Vec<Unlike>,
    },
    /// Their instances had different limits.
    OtherLimits {
        /// Which.
        unlike: Vec<Unlike>,
    },
    /// They were loaded in different ways.
    OtherLoad {
        /// How.
        unlike: Vec<Unlike>,
    },
    /// The workload's files are not the same.
    OtherWorkload {
        /// Files that differ, or that only one of them has.
        files: Vec<String>,
    },
    /// The page cache was in another state.
    OtherPageCache {
        /// In the base.
        base: PageCache,
        /// In the new run.
        new: PageCache,
    },
    /// A run was made under an instruction-set emulator.
    Emulated {
        /// Which.
        side: RunSide,
    },
    /// The host of the virtual machine gave more of its cores' time to others during a run than during those that tell
    /// the noise between runs.
    Disturbed {
        /// Which.
        side: RunSide,
        /// Thousandths of the cores' time.
        stolen_milli: u64,
        /// Up to how many the noise is known.
        known_milli: u64,
    },
    /// A run has no such figure.
    Missing {
        /// Which.
        side: RunSide,
        /// Why, in words.
        reason: String,
    },
    /// The base's figure is 0 and the other one is not: they have no ratio.
    BaseIsZero,
}

/// One of two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunSide {
    /// The one that others are set against.
    Base,
    /// The one that is set against it.
    New,
}

/// Something that is not the same in two runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unlike {
    /// What, e.g. `cpu_model`.
    pub what: String,
    /// In the base, in words.
    pub base: String,
    /// In the new run, in words.
    pub new: String,
}

/// Which of a workload's files may differ between two runs, because they are what is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MayChange {
    /// None: host, time, runtime versions or settings are compared.
    #[default]
    Nothing,
    /// These, by the names under which the run keeps their digests: the workload's own artifacts.
    Files(BTreeSet<String>),
    /// Any: whoever asks vouches for it that both do the same.
    AnyFile,
}

/// What stands in the way of comparing this figure of this workload.
pub(crate) fn obstacles(
    base: &Run,
    new: &Run,
    case: &Case,
    figure: &Compared,
    may: &MayChange,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    let unlike = other_host(&base.site.host, &new.site.host);
    // A size is what is shipped to an architecture, whichever machine it was counted on.
    if !unlike.is_empty() && !figure.is_exact() {
        found.push(Obstacle::OtherHost { unlike });
    }
    if !figure.is_exact() {
        for (side, run) in [(RunSide::Base, base), (RunSide::New, new)] {
            if run.site.host.emulated == Some(true) {
                found.push(Obstacle::Emulated { side });
            }
        }
        let unlike = other_limits(base, new);
        found.extend((!unlike.is_empty()).then_some(Obstacle::OtherLimits { unlike }));
        let [from, to] = [base.plan.settings.page_cache, new.plan.settings.page_cache];
        found.extend((from != to).then_some(Obstacle::OtherPageCache { base: from, new: to }));
    }
    if figure.phase == Phase::Serve || figure.percentile_milli.is_some() {
        let unlike = other_load(base, new, case);
        found.extend((!unlike.is_empty()).then_some(Obstacle::OtherLoad { unlike }));
    }
    let mut files = other_files(base, new, case, may);
    if figure.is_exact() {
        files.retain(|file| !is_of_one_arch(base, new, file));
    }
    found.extend((!files.is_empty()).then_some(Obstacle::OtherWorkload { files }));
    found
}

/// What else differs and does not keep two runs from being compared, but may be why they differ: kernel, system, how the
/// machine is set up, and the versions of what took part.
#[must_use]
pub fn unlike_software(base: &Run, new: &Run) -> Vec<Unlike> {
    let (own, other) = (&base.site.host, &new.site.host);
    let mut found = Vec::new();
    found.extend(unlike("kernel", told(&own.kernel), told(&other.kernel)));
    found.extend(unlike("os", told(&own.os), told(&other.os)));
    found.extend(unlike("page", own.page_bytes.to_string(), other.page_bytes.to_string()));
    found.extend(unlike("governor", told(&own.governor), told(&other.governor)));
    // Older runs do not tell it.
    let clocks = own.clock_source.as_ref().zip(other.clock_source.as_ref());
    found.extend(clocks.and_then(|(own, other)| unlike("clock_source", own.clone(), other.clone())));
    found.extend(unlike("virtualised", told(&own.virtualised), told(&other.virtualised)));
    found.extend(unlike("cgroup", told(&own.cgroup), told(&other.cgroup)));
    let names: BTreeSet<&String> = own.versions.keys().chain(other.versions.keys()).collect();
    for name in names {
        let version = |host: &Host| told(&host.versions.get(name).cloned());
        found.extend(unlike(name, version(own), version(other)));
    }
    found
}

/// The part of a machine's memory that what it reports may differ by: a fiftieth, 2 %.
const MEMORY_PART: u64 = 50;

/// What tells two machines apart, of what is their own: not of the software on them, nor of how they are set up.
#[must_use]
pub fn other_host(base: &Host, new: &Host) -> Vec<Unlike> {
    let bytes = |host: &Host| format!("{} bytes", host.memory_bytes);
    [
        unlike("arch", base.arch.clone(), new.arch.clone()),
        unlike("cpu_model", told(&base.cpu_model), told(&new.cpu_model)),
        unlike("cpus", base.cpus.to_string(), new.cpus.to_string()),
        unlike("memory", bytes(base), bytes(new)).filter(|_| !is_alike(base.memory_bytes, new.memory_bytes)),
        // Older runs do not tell it.
        base.machine
            .as_ref()
            .zip(new.machine.as_ref())
            .and_then(|(base, new)| unlike("machine", base.clone(), new.clone())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether two memories are one machine's: another kernel or its settings take a little more or less for themselves.
fn is_alike(base: u64, new: u64) -> bool {
    base.abs_diff(new) <= base.max(new) / MEMORY_PART
}

fn other_limits(base: &Run, new: &Run) -> Vec<Unlike> {
    let (own, other) = (&base.plan.settings.limits, &new.plan.settings.limits);
    let cores = |run: &Run| match (&run.site.pinning.shared, run.site.pinning.instance_cpus.len()) {
        (Some(_), _) => "shared with the load generator".to_owned(),
        (None, 0) => "not pinned".to_owned(),
        (None, cores) => format!("{cores} of their own"),
    };
    [
        unlike("cpu_milli", own.cpu_milli.to_string(), other.cpu_milli.to_string()),
        unlike("memory_bytes", own.memory_bytes.to_string(), other.memory_bytes.to_string()),
        unlike("pids", own.pids.to_string(), other.pids.to_string()),
        unlike("cores", cores(base), cores(new)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn other_load(base: &Run, new: &Run, case: &Case) -> Vec<Unlike> {
    // A run without the workload has no load of it, and that it has none is told.
    let has_it = |run: &Run| run.rows.iter().any(|row| row.case == *case);
    if !has_it(base) || !has_it(new) {
        return Vec::new();
    }
    let rate = |run: &Run| {
        run.load(case).map_or("none".to_owned(), |load| format!("{}/s", load.rate_milli as f64 / 1_000.0))
    };
    let duration = |run: &Run| format!("{} ms", run.plan.settings.load.duration_ms);
    let connections = |run: &Run| run.plan.settings.load.connections.to_string();
    [
        unlike("rate", rate(base), rate(new)),
        unlike("duration", duration(base), duration(new)),
        unlike("connections", connections(base), connections(new)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn other_files(base: &Run, new: &Run, case: &Case, may: &MayChange) -> Vec<String> {
    let (Some(own), Some(other)) = (base.workload(case), new.workload(case)) else { return Vec::new() };
    let names: BTreeSet<&String> = own.digests.keys().chain(other.digests.keys()).collect();
    let counts = |name: &&String| match may {
        MayChange::Nothing => true,
        MayChange::Files(files) => !files.contains(*name),
        MayChange::AnyFile => false,
    };
    let differs = |name: &&String| own.digests.get(*name) != other.digests.get(*name);
    names.into_iter().filter(counts).filter(differs).cloned().collect()
}

/// Whether a file is built for one of two architectures, so that a run on the other one can't have it.
fn is_of_one_arch(base: &Run, new: &Run, file: &str) -> bool {
    let archs = [base, new].map(|run| run.site.host.arch.as_str());
    archs[0] != archs[1] && file.split('/').any(|part| archs.contains(&part))
}

fn told(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "not known".to_owned())
}

fn unlike(what: &str, base: String, new: String) -> Option<Unlike> {
    (base != new).then(|| Unlike { what: what.to_owned(), base, new })
}

impl fmt::Display for RunSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "the base",
            Self::New => "the new run",
        })
    }
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} and {}", self.what, self.base, self.new)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |unlike: &[Unlike]| unlike.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let state = |state: &PageCache| match state {
            PageCache::WarmDisk => "warm-disk",
            PageCache::ColdDisk => "cold-disk",
        };
        match self {
            Self::OtherHost { unlike } => write!(f, "other host ({})", list(unlike)),
            Self::OtherLimits { unlike } => write!(f, "other limits ({})", list(unlike)),
            Self::OtherLoad { unlike } => write!(f, "other load ({})", list(unlike)),
            Self::OtherWorkload { files } => write!(f, "other workload digest (`{}`)", files.join("`, `")),
            Self::OtherPageCache { base, new } => {
                write!(f, "other page-cache state ({} and {})", state(base), state(new))
            }
            Self::Emulated { side } => write!(f, "{side} was emulated"),
            Self::Disturbed { side, stolen_milli, known_milli } => write!(
                f,
                "during {side} the host of this virtual machine gave {:.1} % of its cores' time to others, and the noise \
                 between runs is known up to {:.1} %: run again when the host is quieter, or measure the noise in such \
                 an hour too",
                *stolen_milli as f64 / 10.0,
                *known_milli as f64 / 10.0
            ),
            Self::Missing { side, reason } => write!(f, "{side} has no such figure: {reason}"),
            Self::BaseIsZero => write!(f, "the base's figure is 0: nothing is a multiple of it"),
        }
    }
}
