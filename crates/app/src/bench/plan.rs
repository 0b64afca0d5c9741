//! A plan from a preset and what the user wants otherwise.

use std::collections::BTreeMap;

use plimsoll_model::{Arm, LaneSpec, PageCache, Plan, Precision, Preset, Rate, Slug, Trials};
use serde::{Deserialize, Serialize};

use crate::Error;

/// What differs from the preset; absent fields keep its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// Cold starts of each workload in each arm of a lane; with a precision, the fewest.
    pub trials: Option<u32>,
    /// How many of them also serve load.
    pub loaded: Option<u32>,
    /// Half the width of the cold-start median's interval over the median, in thousandths.
    pub precision_milli: Option<u32>,
    /// The most cold starts in an arm when a precision is asked for.
    pub max_trials: Option<u32>,
    /// Thousandths of a request per second.
    pub rate_milli: Option<u64>,
    /// Rates of single services, in thousandths of a request per second: where no one rate is asked for.
    pub rates: BTreeMap<Slug, u64>,
    /// How long each loaded trial is loaded, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Keep-alive connections.
    pub connections: Option<u32>,
    /// CPU quota of an instance in thousandths of a CPU.
    pub cpu_milli: Option<u32>,
    /// Memory of an instance in bytes.
    pub memory_bytes: Option<u64>,
    /// Seed of the shuffle; drawn at random when absent.
    pub seed: Option<u64>,
    /// Independent measurements of each lane, its arms.
    pub arms: Option<u32>,
    /// Whether page caches are dropped before every trial.
    pub cold_disk: bool,
}

/// Cold starts at most when a precision is asked for without a cap, as a multiple of the fewest.
const CAP_FACTOR: u32 = 10;

impl Overrides {
    /// How many trials each cell gets.
    #[must_use]
    pub fn trials(&self, preset: Preset) -> Trials {
        let usual = preset.trials();
        let cold_starts = self.trials.unwrap_or(usual.cold_starts);
        let precision = self.precision_milli.map(|half_width_milli| Precision {
            half_width_milli,
            cap: self.max_trials.unwrap_or(cold_starts.saturating_mul(CAP_FACTOR)),
        });
        // Fewer trials than the preset loads are all loaded; a number that was asked for is taken as it is.
        let loaded = self.loaded.unwrap_or(usual.loaded.min(cold_starts));
        Trials { cold_starts, loaded, precision }
    }

    /// Checks what a plan from these would be, whatever the lanes are.
    pub(crate) fn check(&self, preset: Preset, workloads: &[Slug], lanes: &[Slug]) -> Result<(), Error> {
        let any = |lane: &Slug| LaneSpec::plain(lane.clone(), lane.clone());
        self.plan(preset, workloads.to_vec(), lanes.iter().map(any).collect()).map(|_| ())
    }

    /// The plan, checked.
    pub(crate) fn plan(
        &self,
        preset: Preset,
        workloads: Vec<Slug>,
        lanes: Vec<LaneSpec>,
    ) -> Result<Plan, Error> {
        let seed = self.seed.unwrap_or_else(seed);
        let mut plan = Plan::from_preset(preset, workloads, lanes, seed);
        plan.trials = self.trials(preset);
        plan.settings.load.rate = self.rate_milli.map_or(plan.settings.load.rate, Rate::FixedMilliPerSecond);
        if self.rate_milli.is_none() {
            let planned = self.rates.iter().filter(|(workload, _)| plan.workloads.contains(workload));
            plan.settings.load.rates =
                planned.map(|(workload, rate_milli)| (workload.clone(), *rate_milli)).collect();
        }
        plan.settings.load.duration_ms = self.duration_ms.unwrap_or(plan.settings.load.duration_ms);
        plan.settings.load.connections = self.connections.unwrap_or(plan.settings.load.connections);
        plan.settings.limits.cpu_milli = self.cpu_milli.unwrap_or(plan.settings.limits.cpu_milli);
        plan.settings.limits.memory_bytes = self.memory_bytes.unwrap_or(plan.settings.limits.memory_bytes);
        if self.cold_disk {
            plan.settings.page_cache = PageCache::ColdDisk;
        }
        if let Some(count) = self.arms {
            plan.arms = Arm::lettered(count)?;
        }
        plan.validate()?;
        Ok(plan)
    }
}

/// Below 2⁵³, so that every reader of the run file's JSON gets it exactly.
fn seed() -> u64 {
    rand::random::<u64>() >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> Vec<LaneSpec> {
        vec![LaneSpec::plain(Slug::known("native"), Slug::known("native"))]
    }

    fn plan(overrides: &Overrides) -> Result<Plan, Error> {
        overrides.plan(Preset::Quick, vec![Slug::known("hello")], lanes())
    }

    #[test]
    fn without_overrides_the_plan_is_the_presets() {
        let plan = plan(&Overrides { seed: Some(7), ..Overrides::default() }).unwrap();
        let expected = Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], lanes(), 7);
        assert_eq!(plan, expected);
    }

    #[test]
    fn fewer_trials_than_the_preset_loads_are_all_loaded() {
        let plan = plan(&Overrides { trials: Some(1), ..Overrides::default() }).unwrap();
        assert_eq!((plan.trials.cold_starts, plan.trials.loaded), (1, 1));
    }

    #[test]
    fn more_loaded_trials_than_trials_are_wrong_usage() {
        let error =
            plan(&Overrides { trials: Some(2), loaded: Some(3), ..Overrides::default() }).unwrap_err();
        assert_eq!(error.code, crate::Code::Usage);
        assert!(error.message.contains("`trials.loaded` is 3"), "{error}");
    }

    #[test]
    fn a_precision_has_a_cap_even_if_none_is_asked_for() {
        let plan = plan(&Overrides { precision_milli: Some(50), ..Overrides::default() }).unwrap();
        assert_eq!(plan.trials.precision, Some(Precision { half_width_milli: 50, cap: 120 }));
    }

    #[test]
    fn arms_are_lettered_and_a_number_out_of_bounds_is_refused() {
        let two = plan(&Overrides { arms: Some(2), ..Overrides::default() }).unwrap();
        let slugs: Vec<&str> = two.arms.iter().map(|arm| arm.slug.as_str()).collect();
        assert_eq!(slugs, ["a", "b"]);
        for wrong in [0, 21, 27] {
            let error = plan(&Overrides { arms: Some(wrong), ..Overrides::default() }).unwrap_err();
            assert_eq!(error.code, crate::Code::Usage, "{wrong}");
        }
    }
}
