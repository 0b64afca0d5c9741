//! What a reader should know before trusting the figures: advice as a type.

use std::fmt;

use plimsoll_model::{Case, Phase, Slug};
use serde::{Serialize, Serializer};

/// One piece of advice. Its `Display` is a sentence with the way out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// What is raced that it concerns; absent: all of it.
    #[serde(rename = "workload", serialize_with = "titled")]
    pub case: Option<Case>,
    /// The lane it concerns; absent: all of them.
    pub lane: Option<Slug>,
    /// What is the matter.
    pub advice: Advice,
}

fn titled<S: Serializer>(case: &Option<Case>, serializer: S) -> Result<S::Ok, S::Error> {
    case.as_ref().map(Case::to_string).serialize(serializer)
}

/// What a reader should know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Advice {
    /// The run has no end: it was killed, or still goes on.
    NoEnd {
        /// Trials kept that count.
        trials: u32,
        /// Trials planned that count.
        planned: u32,
    },
    /// The run could not go on.
    Aborted,
    /// The user stopped the run.
    Interrupted,
    /// The lane could not be prepared.
    NotPrepared {
        /// Why.
        reason: String,
    },
    /// Trials failed.
    Failed {
        /// How many.
        count: u32,
        /// Of how many that count.
        of: u32,
        /// The phase in which the first one failed.
        phase: Phase,
        /// Why the first one failed.
        first: String,
    },
    /// The trial that sought how much it can serve failed.
    Unrated {
        /// Whether it was loaded nevertheless, at a rate that came from elsewhere.
        loaded: bool,
        /// Why it failed.
        reason: String,
    },
    /// It did not end on being asked to.
    Killed {
        /// How often.
        count: u32,
        /// Of how many stops.
        of: u32,
        /// Why it had to be killed the first time.
        first: String,
    },
    /// Loads were invalid.
    Invalid {
        /// How many.
        count: u32,
        /// Of how many.
        of: u32,
        /// Why the first one was.
        first: String,
    },
    /// Distributions could not be read.
    UnreadableHistogram {
        /// How many.
        count: usize,
        /// Why the first one could not.
        first: String,
    },
    /// The lane was loaded beyond what it can serve: its latency grows with the duration.
    OverCapacity {
        /// The rate over the capacity, in thousandths.
        utilisation_milli: u64,
    },
    /// The lane was loaded beyond 70 % of what it can serve: queueing is part of its latency.
    HighUtilisation {
        /// The rate over the capacity, in thousandths.
        utilisation_milli: u64,
    },
    /// The lane's instances are not held to the limits.
    Unlimited {
        /// Why.
        reason: String,
    },
    /// The load generator shares cores with the instances.
    SharedCores {
        /// Why.
        reason: String,
    },
    /// The cold start rises or falls with something that should not matter.
    Drift {
        /// With what.
        with: DriftWith,
        /// Spearman's rank correlation.
        correlation: f64,
        /// Over how many trials.
        n: usize,
    },
    /// The first trial was far slower than the others.
    FirstTrialSlow {
        /// Its cold start in nanoseconds.
        first_ns: u64,
        /// The median cold start in nanoseconds.
        median_ns: u64,
    },
    /// Fewer cold starts than an interval needs.
    TooFewTrials {
        /// How many passed.
        have: u64,
        /// How many it takes.
        need: u64,
    },
    /// The machine was busy before the run.
    BusyHost {
        /// Load average over one minute in thousandths.
        load_1m_milli: u32,
        /// Logical CPUs.
        cpus: u32,
    },
    /// The host of the virtual machine gave its cores to others during the trials.
    Stolen {
        /// Thousandths of the cores' time.
        share_milli: u64,
    },
    /// The cores' clock was slower in some trials: heat, or a governor that saves power.
    Slowed {
        /// Trials in which it was below 90 % of its fastest.
        count: usize,
        /// Of how many.
        of: usize,
        /// The lowest frequency in thousandths of a cycle per second.
        lowest_milli: u64,
        /// The highest.
        highest_milli: u64,
    },
    /// The measuring process had to wait for a disk.
    Paged {
        /// Trials in which it did.
        count: usize,
        /// Of how many.
        of: usize,
    },
    /// The binary runs under an instruction-set emulator.
    Emulated,
    /// The machine is virtual.
    Virtualised {
        /// The hypervisor.
        by: String,
    },
}

/// What a cold start drifts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftWith {
    /// The trial's position in the schedule.
    Position,
    /// How many containers the engine held.
    ContainersHeld,
    /// How many images the engine held.
    ImagesHeld,
}

impl fmt::Display for DriftWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Position => "the position in the schedule",
            Self::ContainersHeld => "the number of containers that the engine held",
            Self::ImagesHeld => "the number of images that the engine held",
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let concerned = [self.case.as_ref().map(Case::to_string), self.lane.as_ref().map(Slug::to_string)];
        let mut names = concerned.into_iter().flatten().peekable();
        while let Some(name) = names.next() {
            write!(f, "{name}{}", if names.peek().is_some() { ", " } else { ": " })?;
        }
        write!(f, "{}", self.advice)
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |milli: &u64| *milli as f64 / 10.0;
        match self {
            Self::NoEnd { trials, planned } => write!(
                f,
                "the run has no end, it was killed or still goes on: {trials} of {planned} trials are here"
            ),
            Self::Aborted => write!(f, "the run could not go on: what had been measured until then is here"),
            Self::Interrupted => write!(f, "the run was stopped by its user: lanes may have too few trials"),
            Self::NotPrepared { reason } => write!(f, "could not be prepared and was left out: {reason}"),
            Self::Failed { count, of, phase, first } => write!(
                f,
                "{count} of {of} trials failed and are in no figure; the first one in phase `{phase}`: {first}"
            ),
            Self::Unrated { loaded: false, reason } => write!(
                f,
                "its load could not be measured, so that nothing is said of how it serves: the trial that sought its rate \
                 failed: {reason}"
            ),
            Self::Unrated { loaded: true, reason } => {
                write!(f, "what it can serve is unknown, for the trial that sought it failed: {reason}")
            }
            Self::Killed { count, of, first } => write!(
                f,
                "in {count} of {of} stops {first}: such a stop has no stop time; let it end on that signal"
            ),
            Self::Invalid { count, of, first } => {
                write!(f, "{count} of {of} loads were invalid and are in no figure; the first one: {first}")
            }
            Self::UnreadableHistogram { count, first } => {
                write!(f, "{count} histograms could not be read and are in no figure; the first one: {first}")
            }
            Self::OverCapacity { utilisation_milli } => write!(
                f,
                "loaded with {:.0} % of what it can serve: its latency only tells how long the load went on; \
                 choose a lower `--rate`",
                percent(utilisation_milli)
            ),
            Self::HighUtilisation { utilisation_milli } => write!(
                f,
                "loaded with {:.0} % of what it can serve: waiting in line is part of its latency; choose a \
                 lower `--rate` to see the service time",
                percent(utilisation_milli)
            ),
            Self::Unlimited { reason } => write!(f, "its instances are not held to the limits: {reason}"),
            Self::SharedCores { reason } => {
                write!(f, "the load generator shares cores with the instances: {reason}")
            }
            Self::Drift { with, correlation, n } => write!(
                f,
                "its cold start {} with {with} (rank correlation {correlation:.2} over {n} trials): what earlier \
                 trials left behind, or heat, may be part of it; run again on an idle machine",
                if *correlation > 0.0 { "rises" } else { "falls" }
            ),
            Self::FirstTrialSlow { first_ns, median_ns } => write!(
                f,
                "the first trial took {:.1} times the median: caches may have been cold; it is kept",
                *first_ns as f64 / (*median_ns).max(1) as f64
            ),
            Self::TooFewTrials { have, need } => {
                write!(f, "{have} cold starts passed, an interval needs {need}: raise `--trials`")
            }
            Self::BusyHost { load_1m_milli, cpus } => write!(
                f,
                "the machine was busy before the run (load average {:.2} on {cpus} CPUs): run again when it is \
                 idle",
                f64::from(*load_1m_milli) / 1_000.0
            ),
            Self::Stolen { share_milli } => write!(
                f,
                "during the trials the host of this virtual machine gave {:.1} % of its cores' time to others: figures \
                 of this run stray more than its intervals say; run again when the host is quieter",
                percent(share_milli)
            ),
            Self::Slowed { count, of, lowest_milli, highest_milli } => write!(
                f,
                "in {count} of {of} trials the cores' clock was below 90 % of its fastest ({:.2} to {:.2} GHz): heat or \
                 a governor that saves power is part of the figures; set the governor `performance` and let it cool",
                *lowest_milli as f64 / 1e12,
                *highest_milli as f64 / 1e12
            ),
            Self::Paged { count, of } => write!(
                f,
                "in {count} of {of} trials the measuring process waited for a disk (major page faults): memory is \
                 short; end what else runs here"
            ),
            Self::Emulated => write!(
                f,
                "this ran under an instruction-set emulator: it shows that things work, not how fast they are"
            ),
            Self::Virtualised { by } => {
                let by = if by == "yes" { String::new() } else { format!(" ({by})") };
                write!(
                    f,
                    "the machine is virtual{by}: its neighbours are part of the noise; ratios carry over better \
                     than times"
                )
            }
        }
    }
}
