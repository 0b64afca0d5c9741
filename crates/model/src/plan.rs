//! What to run, how often, in which order, under which load and limits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// A plan: together with the workloads' files and a host it determines a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The preset it began from.
    pub preset: Preset,
    /// Workloads, by name.
    pub workloads: Vec<Slug>,
    /// Lanes, by slug.
    pub lanes: Vec<Slug>,
    /// Independent measurements of each lane in the same schedule. Two arms, `a` and `b`, unless asked otherwise: how
    /// far they differ is the noise floor.
    pub arms: Vec<Arm>,
    /// How many trials each cell gets: a lane has as many in each of its arms.
    pub trials: Trials,
    /// Seed of the shuffle within each round and of every bootstrap.
    pub seed: u64,
    /// The load.
    pub load: LoadPlan,
    /// Limits on every instance.
    pub limits: Limits,
    /// State of the page cache when a trial begins.
    pub page_cache: PageCache,
    /// Rates of single services in thousandths of a request per second, which stand before the load's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rates: BTreeMap<Slug, u64>,
    /// Workloads that are measured beside the version before a change: the workload, and what that version is called
    /// in this plan. The two are loaded at one rate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bases: BTreeMap<Slug, Slug>,
}

/// The named starting points of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// 12 cold starts, all of them loaded for 0.5 s, in each of two arms: 24 in a lane. A first look in minutes.
    #[default]
    Quick,
    /// 15 cold starts, 12 of them loaded for 2.5 s, in each of two arms: 30 and 24 in a lane. Figures to discuss.
    Standard,
    /// 50 cold starts, 15 of them loaded for 10 s, in each of two arms: 100 and 30 in a lane. Figures to publish.
    Rigorous,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::Quick, Self::Standard, Self::Rigorous];

    /// How many arms each lane is measured in.
    #[must_use]
    pub const fn arms(self) -> u32 {
        match self {
            Self::Quick | Self::Standard | Self::Rigorous => 2,
        }
    }

    /// How many trials a cell gets: the 10 in each arm that the noise floor and the interval of a ratio need, and at least
    /// two more, since now and then one is invalid.
    #[must_use]
    pub const fn trials(self) -> Trials {
        match self {
            Self::Quick => Trials { cold_starts: 12, loaded: 12, precision: None },
            Self::Standard => Trials { cold_starts: 15, loaded: 12, precision: None },
            Self::Rigorous => Trials { cold_starts: 50, loaded: 15, precision: None },
        }
    }

    /// The load.
    #[must_use]
    pub const fn load(self) -> LoadPlan {
        let duration_ms = match self {
            Self::Quick => 500,
            Self::Standard => 2_500,
            Self::Rigorous => 10_000,
        };
        LoadPlan { rate: Rate::HalfOfSlowest, duration_ms, connections: 4 }
    }
}

/// One of several independent measurements of a lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Arm {
    /// Stable name, e.g. `a`.
    pub slug: Slug,
}

/// Names of the arms of a lane that are not named otherwise.
const LETTERS: [&str; 20] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"];

impl Arm {
    /// The most arms of a lane.
    pub const MOST: u32 = LETTERS.len() as u32;

    /// Arms `a`, `b`, `c` …
    ///
    /// # Errors
    /// With none, or with more than [`Arm::MOST`].
    pub fn lettered(count: u32) -> Result<Vec<Self>, PlanError> {
        within("arms", count.into(), 1, Self::MOST.into())?;
        Ok(Self::first(count))
    }

    fn first(count: u32) -> Vec<Self> {
        let letters = LETTERS.into_iter().take(count as usize);
        letters.map(|letter| Self { slug: Slug::known(letter) }).collect()
    }
}

/// How many trials a cell gets, which is each arm of a lane. Cold starts and load are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trials {
    /// Cold starts in each cell; with a precision, the fewest.
    pub cold_starts: u32,
    /// How many of them also serve load.
    pub loaded: u32,
    /// Go on until the cold-start median is this sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

/// Until when to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Precision {
    /// Half the width of the median's 95 % interval over the median, in thousandths: 50 is 5 %.
    pub half_width_milli: u32,
    /// The most cold starts in a cell, reached or not.
    pub cap: u32,
}

/// The load on a service.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadPlan {
    /// At which rate requests are due.
    pub rate: Rate,
    /// How long each loaded trial is loaded, in milliseconds.
    pub duration_ms: u64,
    /// Keep-alive connections opened before the first request is due.
    pub connections: u32,
}

/// At which rate requests are due, in every lane alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Half the capacity of the slowest lane that answers rightly, rounded down to 1, 2 or 5 × 10ⁿ.
    HalfOfSlowest,
    /// This many thousandths of a request per second.
    FixedMilliPerSecond(u64),
}

/// Limits on every instance, the same in each lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// CPU quota in thousandths of a CPU.
    pub cpu_milli: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub pids: u32,
    /// How long an instance may take to become ready, and a command to exit, in milliseconds.
    pub ready_timeout_ms: u64,
    /// How long it may take to stop after SIGTERM before it is killed, in milliseconds.
    pub stop_timeout_ms: u64,
    /// The longest standard output of a command that is read, in bytes.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// 1 CPU, 256 MiB, 512 processes, 30 s to be ready, 10 s to stop, 1 MiB of output.
    fn default() -> Self {
        Self {
            cpu_milli: 1_000,
            memory_bytes: 256 << 20,
            pids: 512,
            ready_timeout_ms: 30_000,
            stop_timeout_ms: 10_000,
            output_bytes: 1 << 20,
        }
    }
}

/// State of the page cache when a trial begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageCache {
    /// As earlier trials left it.
    #[default]
    WarmDisk,
    /// Dropped before every trial; needs root.
    ColdDisk,
}

/// One cell of a run: a workload in a lane, measured by one arm.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// The arm.
    pub arm: Slug,
}

impl Cell {
    /// For each of these cells the place of its workload and lane among all of them, in the order in which they first
    /// stand there: the arms of a lane have one place.
    #[must_use]
    pub fn lanes(cells: &[Self]) -> Vec<usize> {
        let mut places: BTreeMap<(&Slug, &Slug), usize> = BTreeMap::new();
        cells
            .iter()
            .map(|cell| {
                let next = places.len();
                *places.entry((&cell.workload, &cell.lane)).or_insert(next)
            })
            .collect()
    }
}

/// Thousandths of a request per second.
pub(crate) const MOST_RATE_MILLI: u64 = 10_000_000_000;
/// The longest load.
pub(crate) const MOST_DURATION_MS: u64 = 3_600_000;

/// Why a plan can't be carried out.
#[derive(Debug, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct PlanError {
    /// The plan's field.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Plan {
    /// A plan from a preset, for these workloads and lanes.
    #[must_use]
    pub fn from_preset(preset: Preset, workloads: Vec<Slug>, lanes: Vec<Slug>, seed: u64) -> Self {
        Self {
            preset,
            workloads,
            lanes,
            arms: Arm::first(preset.arms()),
            trials: preset.trials(),
            seed,
            load: preset.load(),
            limits: Limits::default(),
            page_cache: PageCache::default(),
            rates: BTreeMap::new(),
            bases: BTreeMap::new(),
        }
    }

    /// The workload that this one is the version before a change of.
    #[must_use]
    pub fn changed(&self, base: &Slug) -> Option<&Slug> {
        self.bases.iter().find(|(_, own)| *own == base).map(|(workload, _)| workload)
    }

    /// Every cell, workload by workload. Trials refer to a cell by its index here.
    #[must_use]
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for workload in &self.workloads {
            for lane in &self.lanes {
                for arm in &self.arms {
                    cells.push(Cell {
                        workload: workload.clone(),
                        lane: lane.clone(),
                        arm: arm.slug.clone(),
                    });
                }
            }
        }
        cells
    }

    /// Checks that the plan can be carried out.
    ///
    /// # Errors
    /// Names the first field that is out of bounds.
    pub fn validate(&self) -> Result<(), PlanError> {
        let limits = &self.limits;
        let load = &self.load;
        let rate_milli = match load.rate {
            Rate::HalfOfSlowest => 1_000,
            Rate::FixedMilliPerSecond(rate) => rate,
        };
        within("workloads", self.workloads.len() as u64, 1, 1_000)?;
        within("lanes", self.lanes.len() as u64, 1, 100)?;
        within("arms", self.arms.len() as u64, 1, Arm::MOST.into())?;
        within("trials", self.trials.cold_starts.into(), 1, 100_000)?;
        within("trials.loaded", self.trials.loaded.into(), 0, self.trials.cold_starts.into())?;
        within("load.rate", rate_milli, 1, MOST_RATE_MILLI)?;
        within("load.duration_ms", load.duration_ms, 100, MOST_DURATION_MS)?;
        within("load.connections", load.connections.into(), 1, 10_000)?;
        within("limits.cpu_milli", limits.cpu_milli.into(), 10, 1_024_000)?;
        within("limits.memory_bytes", limits.memory_bytes, 8 << 20, 1 << 44)?;
        for rate_milli in self.rates.values() {
            within("rates", *rate_milli, 1, MOST_RATE_MILLI)?;
        }
        for (workload, base) in &self.bases {
            let missing = [workload, base].into_iter().find(|name| !self.workloads.contains(name));
            if let Some(name) = missing {
                let problem = format!("names `{name}`, which is none of its workloads");
                return Err(PlanError { field: "bases", problem });
            }
            if workload == base || self.bases.contains_key(base) {
                let problem =
                    format!("sets `{workload}` against `{base}`: use a workload that has no base itself");
                return Err(PlanError { field: "bases", problem });
            }
        }
        within("limits.pids", limits.pids.into(), 1, 1 << 22)?;
        within("limits.ready_timeout_ms", limits.ready_timeout_ms, 1, 3_600_000)?;
        within("limits.stop_timeout_ms", limits.stop_timeout_ms, 1, 3_600_000)?;
        within("limits.output_bytes", limits.output_bytes, 1, 1 << 30)?;
        if let Some(precision) = self.trials.precision {
            within("trials.precision", precision.half_width_milli.into(), 1, 1_000)?;
            within("trials.cap", precision.cap.into(), self.trials.cold_starts.into(), 100_000)?;
        }
        Ok(())
    }
}

fn within(field: &'static str, value: u64, least: u64, most: u64) -> Result<(), PlanError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(PlanError { field, problem: format!("is {value}: use {least} to {most}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_trials_enough_in_each_of_two_arms_for_a_noise_floor() {
        for preset in Preset::ALL {
            let plan = Plan::from_preset(preset, vec![Slug::known("hello")], vec![Slug::known("native")], 7);
            assert!(plan.validate().is_ok());
            let arms: Vec<&str> = plan.arms.iter().map(|arm| arm.slug.as_str()).collect();
            assert_eq!(arms, ["a", "b"], "{preset:?}");
            assert!(plan.trials.cold_starts >= 10 && plan.trials.loaded >= 10, "{preset:?}");
        }
    }

    #[test]
    fn the_arms_of_a_lane_share_its_place() {
        let slugs = |names: &[&'static str]| names.iter().map(|name| Slug::known(name)).collect();
        let plan =
            Plan::from_preset(Preset::Quick, slugs(&["hello", "transform"]), slugs(&["docker", "native"]), 7);
        assert_eq!(Cell::lanes(&plan.cells()), [0, 0, 1, 1, 2, 2, 3, 3]);
    }

    #[test]
    fn arms_have_a_letter_each_as_far_as_there_are_arms() {
        let named = Arm::lettered(3).unwrap();
        assert_eq!(named.iter().map(|arm| arm.slug.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(Arm::lettered(Arm::MOST).unwrap().len(), 20);
        for wrong in [0, 21, u32::MAX] {
            let error = Arm::lettered(wrong).unwrap_err();
            assert_eq!(error.to_string(), format!("`arms` is {wrong}: use 1 to 20"));
        }
    }
}
