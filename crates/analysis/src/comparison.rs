//! Lanes set against a baseline lane.

use plimsoll_model::{Case, Run, Slug};
use rayon::prelude::*;
use serde::Serialize;

use crate::chance::holm;
use crate::draws::Draws;
use crate::figure::Compared;
use crate::floor::floor;
use crate::side::{Reader, Side, compared};
use crate::trials::Trials;
use crate::verdict::{Evidence, direction};
use crate::{Interval, TooFew, Verdict, either};

/// One figure of one lane, set against the same figure of the baseline lane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
    /// The lane it is set against.
    pub baseline: Slug,
    /// What is compared.
    pub figure: Compared,
    /// How many trials of the lane took part, and of the baseline. One each for what is exact.
    pub n: [usize; 2],
    /// The lane's figure ÷ the baseline's.
    pub ratio: f64,
    /// Its 95 % interval by bootstrap; needs 10 trials on each side. Of a size: the ratio itself.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
    /// Cliff's delta from −1 (every value of the lane is smaller) to 1 (every one is larger). For a latency,
    /// over the trials' own percentiles.
    pub effect: f64,
    /// How probable ranks as far apart are where there is no difference, corrected (Holm) for all that was compared
    /// with it. Absent for a size, which is exact.
    pub chance: Option<f64>,
    /// The noise floor of this figure, a factor of at least 1: the larger of the two lanes' own. Absent where one of
    /// them was not measured in two arms.
    pub floor: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
}

/// Compares every lane with the baseline lane, per workload, by each metric that says how it is compared: by the median
/// over trials, by P50 and P99 of a distribution, or as it is. Arms of a lane are taken together. A lane without values
/// is left out.
#[must_use]
pub fn compare(run: &Run, baseline: &Slug) -> Vec<Comparison> {
    let trials = Trials::of(run);
    let of_case = |case: &&Case| {
        let draws = Draws::all(run.plan.seed);
        let mut comparisons = Vec::new();
        let reader = Reader::of(&trials, &draws);
        for figure in compared(run) {
            let base = Side::of(&reader, &run.cells_in(case, baseline), &figure);
            let base_floor = floor(&reader, case, baseline, &figure);
            for lane in run.lane_slugs().filter(|lane| *lane != baseline) {
                let side = Side::of(&reader, &run.cells_in(case, lane), &figure);
                let Some(found) = side.over(&base) else { continue };
                let own_floor = || floor(&reader, case, lane, &figure);
                comparisons.push(Comparison {
                    case: (*case).clone(),
                    lane: lane.clone(),
                    baseline: baseline.clone(),
                    figure: figure.clone(),
                    n: found.n,
                    ratio: found.ratio,
                    interval: found.interval,
                    effect: found.effect,
                    chance: found.chance,
                    floor: base_floor.and_then(|base| Some(base.max(own_floor()?))),
                    verdict: Verdict::TooFew,
                });
            }
        }
        comparisons
    };
    let mut comparisons: Vec<_> = run.cases().par_iter().flat_map_iter(of_case).collect();
    judge(run, &mut comparisons);
    comparisons
}

fn judge(run: &Run, comparisons: &mut [Comparison]) {
    // What has too few trials can't be called anything, so it is no test.
    let chances: Vec<f64> =
        comparisons.iter().filter(|found| found.interval.is_ok()).filter_map(|found| found.chance).collect();
    let mut corrected = holm(&chances).into_iter();
    for found in comparisons {
        if found.interval.is_ok() && found.chance.is_some() {
            found.chance = corrected.next();
        }
        let evidence = Evidence {
            ratio: found.ratio,
            interval: found.interval,
            chance: found.chance,
            floor: found.floor,
            direction: direction(run, &found.figure.metric),
        };
        found.verdict = evidence.verdict(Verdict::NoiseFloorNotMeasured);
    }
}
