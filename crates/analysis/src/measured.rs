//! One figure of one lane by itself, all arms together.

use plimsoll_model::{Case, Run, Slug};
use serde::Serialize;

use crate::draws::Draws;
use crate::figure::Compared;
use crate::floor::floor;
use crate::side::{Reader, Side, compared};
use crate::trials::Trials;
use crate::{Interval, TooFew, either};

/// One figure of one lane of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
    /// What was measured.
    pub figure: Compared,
    /// How many trials took part; one for a size.
    pub n: usize,
    /// The figure in the metric's base unit.
    pub point: f64,
    /// Its 95 % interval; of a size the size itself.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
    /// The lane's noise floor, a factor of at least 1; absent without two arms.
    pub floor: Option<f64>,
}

/// Every figure that is compared, of every workload and lane that has it.
#[must_use]
pub fn measured(run: &Run) -> Vec<Measured> {
    let mut found = Vec::new();
    let (trials, draws) = (Trials::of(run), Draws::all(run.plan.seed));
    for case in run.cases() {
        let reader = Reader::of(&trials, &draws);
        for figure in compared(run) {
            for lane in run.lane_slugs() {
                let side = Side::of(&reader, &run.cells_in(case, lane), &figure);
                let (Some(point), Some(interval)) = (side.point(), side.own_interval()) else {
                    continue;
                };
                found.push(Measured {
                    case: case.clone(),
                    lane: lane.clone(),
                    figure: figure.clone(),
                    n: side.trials(),
                    point,
                    interval,
                    floor: floor(&reader, case, lane, &figure),
                });
            }
        }
    }
    found
}
