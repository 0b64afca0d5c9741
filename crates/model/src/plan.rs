//! What to run, how often, in which order, under which settings.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounds::within;
use crate::{Case, LaneSpec, LoadPlan, PlanError, Point, Rate, Row, Settings, Slug, Variant};

/// A plan: together with the workloads' files and a host it determines a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The preset it began from.
    pub preset: Preset,
    /// Workloads, by name.
    pub workloads: Vec<Slug>,
    /// The words of the command line that told them; none where they lie in folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// The versions of them that are measured; at least one.
    pub variants: Vec<Variant>,
    /// Lanes.
    pub lanes: Vec<LaneSpec>,
    /// Workloads that one of the lanes can't run, where others of them can be run there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<NoFit>,
    /// What is varied beside them; none: the settings as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<Axis>,
    /// Independent measurements of each lane in the same schedule. Two arms, `a` and `b`, unless asked otherwise: how
    /// far they differ is the noise floor.
    pub arms: Vec<Arm>,
    /// How many trials each cell gets: a lane has as many in each of its arms.
    pub trials: Trials,
    /// Load, limits and the like.
    pub settings: Settings,
    /// Seed of the shuffle within each round and of every bootstrap.
    pub seed: u64,
}

/// A number of the settings that is varied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Which.
    pub of: Slug,
    /// The values it takes.
    pub values: Vec<u64>,
}

/// A workload that a lane can't run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoFit {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// Why, with the way out.
    pub why: String,
}

/// The named starting points of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// 10 cold starts, all of them loaded for 0.2 s, in one arm. A verdict in half a minute, without a noise floor.
    Glance,
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
    pub const ALL: [Self; 4] = [Self::Glance, Self::Quick, Self::Standard, Self::Rigorous];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Glance => "glance",
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Rigorous => "rigorous",
        }
    }

    /// How many arms each lane is measured in.
    #[must_use]
    pub const fn arms(self) -> u32 {
        match self {
            Self::Glance => 1,
            Self::Quick | Self::Standard | Self::Rigorous => 2,
        }
    }

    /// How many trials a cell gets: the 10 in each arm that the noise floor and the interval of a ratio need, and at least
    /// two more, since now and then one is invalid.
    #[must_use]
    pub const fn trials(self) -> Trials {
        match self {
            Self::Glance => Trials { cold_starts: 10, loaded: 10, precision: None },
            Self::Quick => Trials { cold_starts: 12, loaded: 12, precision: None },
            Self::Standard => Trials { cold_starts: 15, loaded: 12, precision: None },
            Self::Rigorous => Trials { cold_starts: 50, loaded: 15, precision: None },
        }
    }

    /// The load.
    #[must_use]
    pub fn load(self) -> LoadPlan {
        let duration_ms = match self {
            Self::Glance => 200,
            Self::Quick => 500,
            Self::Standard => 2_500,
            Self::Rigorous => 10_000,
        };
        LoadPlan { rate: Rate::HalfOfSlowest, duration_ms, connections: 4, rates: BTreeMap::new() }
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

impl Plan {
    /// A plan from a preset, for these workloads and lanes.
    #[must_use]
    pub fn from_preset(preset: Preset, workloads: Vec<Slug>, lanes: Vec<LaneSpec>, seed: u64) -> Self {
        Self {
            preset,
            workloads,
            told: Vec::new(),
            gaps: Vec::new(),
            variants: vec![Variant::new()],
            lanes,
            axes: Vec::new(),
            arms: Arm::first(preset.arms()),
            trials: preset.trials(),
            settings: Settings::of(preset.load()),
            seed,
        }
    }

    /// The lanes' names, in order.
    pub fn lane_slugs(&self) -> impl Iterator<Item = &Slug> {
        self.lanes.iter().map(|lane| &lane.slug)
    }

    /// Every combination of the axes' values, the last axis running fastest; without axes the settings as they are.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let mut points = vec![Point::default()];
        for Axis { of, values } in &self.axes {
            let with = |point: &Point, value: u64| {
                let mut point = point.clone();
                point.0.insert(of.clone(), value);
                point
            };
            points =
                points.iter().flat_map(|point| values.iter().map(move |value| with(point, *value))).collect();
        }
        points
    }

    /// Every case in every lane, case by case.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let points = self.points().len() as u32;
        let mut rows = Vec::new();
        for variant in &self.variants {
            for workload in self.workloads.iter().filter(|workload| variant.has(workload)) {
                for point in 0..points {
                    let case = Case { workload: workload.clone(), variant: variant.slug.clone(), point };
                    let row = |lane: &LaneSpec| Row { case: case.clone(), lane: lane.slug.clone() };
                    let fitting = self.lanes.iter().filter(|lane| self.gap(workload, &lane.slug).is_none());
                    rows.extend(fitting.map(row));
                }
            }
        }
        rows
    }

    /// Why a lane can't run a workload, where it can't.
    #[must_use]
    pub fn gap(&self, workload: &Slug, lane: &Slug) -> Option<&NoFit> {
        self.gaps.iter().find(|gap| gap.workload == *workload && gap.lane == *lane)
    }

    /// The most cells: 80 workloads in 25 lanes of two arms each.
    pub const MOST_CELLS: u64 = 4_000;

    /// How many cells it has.
    fn cells(&self) -> u64 {
        let workloads =
            |variant: &Variant| self.workloads.iter().filter(|name| variant.has(name)).count() as u64;
        let points = self.axes.iter().fold(1_u64, |all, axis| all.saturating_mul(axis.values.len() as u64));
        let cases = self.variants.iter().map(workloads).sum::<u64>().saturating_mul(points);
        cases.saturating_mul(self.lanes.len() as u64).saturating_mul(self.arms.len() as u64)
    }

    /// Checks that the plan can be carried out.
    ///
    /// # Errors
    /// Names the first field that is out of bounds.
    pub fn validate(&self) -> Result<(), PlanError> {
        within("workloads", self.workloads.len() as u64, 1, 1_000)?;
        within("lanes", self.lanes.len() as u64, 1, 100)?;
        within("arms", self.arms.len() as u64, 1, Arm::MOST.into())?;
        within("trials", self.trials.cold_starts.into(), 1, 100_000)?;
        within("trials.loaded", self.trials.loaded.into(), 0, self.trials.cold_starts.into())?;
        self.settings.validate()?;
        if let Some(precision) = self.trials.precision {
            within("trials.precision", precision.half_width_milli.into(), 1, 1_000)?;
            within("trials.cap", precision.cap.into(), self.trials.cold_starts.into(), 100_000)?;
        }
        self.validate_variants()?;
        self.validate_axes()?;
        match self.cells() {
            0..=Self::MOST_CELLS => Ok(()),
            cells => Err(PlanError {
                field: "cells",
                problem: format!(
                    "are {cells}, each workload in each arm of each lane: use at most {}",
                    Self::MOST_CELLS
                ),
            }),
        }
    }

    fn validate_variants(&self) -> Result<(), PlanError> {
        within("variants", self.variants.len() as u64, 1, 100)?;
        let workloads: BTreeSet<&Slug> = self.workloads.iter().collect();
        for (at, variant) in self.variants.iter().enumerate() {
            let fault = |problem| Err(PlanError { field: "variants", problem });
            if self.variants.iter().skip(at + 1).any(|other| other.slug == variant.slug) {
                return fault(format!("names `{}` twice", variant.slug));
            }
            let most = self.workloads.len() as u64;
            within("variants", variant.of.as_ref().map_or(0, Vec::len) as u64, 0, most)?;
            let mut named = variant.of.iter().flatten();
            if let Some(name) = named.find(|name| !workloads.contains(name)) {
                return fault(format!("names `{name}`, which is none of its workloads"));
            }
        }
        Ok(())
    }

    fn validate_axes(&self) -> Result<(), PlanError> {
        let mut points: u64 = 1;
        for axis in &self.axes {
            points = points.saturating_mul(axis.values.len() as u64);
            within("axes", points, 1, 1_000)?;
        }
        self.points().iter().try_for_each(|point| self.settings.at(point)?.validate())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(slug: &'static str) -> LaneSpec {
        LaneSpec::plain(Slug::known(slug), Slug::known("made-up"))
    }

    #[test]
    fn a_workload_has_no_row_in_a_lane_that_can_t_run_it() {
        let slugs = ["one", "two"].map(Slug::known);
        let spec = |lane: &Slug| LaneSpec::plain(lane.clone(), lane.clone());
        let mut plan =
            Plan::from_preset(Preset::Glance, slugs.to_vec(), slugs.each_ref().map(spec).to_vec(), 1);
        let [one, two] = slugs;
        plan.gaps = vec![NoFit { workload: one.clone(), lane: two.clone(), why: "it has none".to_owned() }];
        let rows: Vec<(Slug, Slug)> =
            plan.rows().into_iter().map(|row| (row.case.workload, row.lane)).collect();
        assert_eq!(rows, [(one.clone(), one.clone()), (two.clone(), one), (two.clone(), two)]);
    }

    #[test]
    fn every_preset_has_trials_enough_in_each_arm_and_all_but_a_glance_two_arms_for_a_noise_floor() {
        for preset in Preset::ALL {
            let plan = Plan::from_preset(preset, vec![Slug::known("hello")], vec![lane("native")], 7);
            assert!(plan.validate().is_ok());
            let arms: Vec<&str> = plan.arms.iter().map(|arm| arm.slug.as_str()).collect();
            let wanted: &[&str] = if preset == Preset::Glance { &["a"] } else { &["a", "b"] };
            assert_eq!(arms, wanted, "{preset:?}");
            assert!(plan.trials.cold_starts >= 10 && plan.trials.loaded >= 10, "{preset:?}");
        }
    }

    #[test]
    fn rows_stand_case_by_case_and_what_is_set_against_them_comes_last() {
        let names = |names: &[&'static str]| names.iter().map(|name| Slug::known(name)).collect();
        let lanes = vec![lane("docker"), lane("native")];
        let mut plan = Plan::from_preset(Preset::Quick, names(&["hello", "transform"]), lanes, 7);
        plan.variants.push(Variant { slug: Variant::BEFORE, of: Some(names(&["transform"])) });
        let told: Vec<String> = plan.rows().iter().map(|row| format!("{} {}", row.case, row.lane)).collect();
        assert_eq!(
            told,
            [
                "hello docker",
                "hello native",
                "transform docker",
                "transform native",
                "transform-before docker",
                "transform-before native"
            ]
        );
        assert!(plan.validate().is_ok());
    }

    #[test]
    fn axes_are_combined_and_each_combination_is_checked() {
        let mut plan = Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], vec![lane("native")], 7);
        let axis = |of, values: &[u64]| Axis { of: Slug::known(of), values: values.to_vec() };
        plan.axes = vec![axis("connections", &[1, 2]), axis("pids", &[8, 9])];
        assert_eq!(plan.points().len(), 4);
        assert_eq!(plan.rows().len(), 4);
        assert!(plan.validate().is_ok());
        plan.axes.push(axis("memory_bytes", &[1]));
        assert!(plan.validate().unwrap_err().to_string().contains("`limits.memory_bytes` is 1"));
    }

    #[test]
    fn more_cells_than_anyone_could_read_are_refused() {
        let workloads = |count: u32| (0..count).map(|at| format!("w{at}").parse().unwrap()).collect();
        let lanes = || vec![lane("native"), lane("wasmtime")];
        assert!(Plan::from_preset(Preset::Quick, workloads(1_000), lanes(), 7).validate().is_ok());
        let mut plan = Plan::from_preset(Preset::Quick, workloads(1_000), lanes(), 7);
        plan.axes = vec![Axis { of: Slug::known("pids"), values: (1..=900).collect() }];
        let error = plan.validate().unwrap_err().to_string();
        assert!(error.starts_with("`cells` are 3600000, each workload"), "{error}");
    }

    #[test]
    fn a_variant_of_a_workload_that_is_not_planned_is_refused() {
        let mut plan = Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], vec![lane("native")], 7);
        plan.variants.push(Variant { slug: Variant::BEFORE, of: Some(vec![Slug::known("other")]) });
        let error = plan.validate().unwrap_err().to_string();
        assert_eq!(error, "`variants` names `other`, which is none of its workloads");
        plan.variants = vec![Variant::new(), Variant::new()];
        assert_eq!(plan.validate().unwrap_err().to_string(), "`variants` names `new` twice");
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
