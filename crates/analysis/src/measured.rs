//! One figure of one lane by itself, all arms together.

use plimsoll_model::{Run, Slug};
use serde::Serialize;

use crate::draws::Draws;
use crate::figure::Compared;
use crate::floor::floor;
use crate::side::{Reader, Side, cells, compared};
use crate::trials::Trials;
use crate::{Interval, TooFew, either};

/// One figure of one lane of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The workload.
    pub workload: Slug,
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
    for workload in &run.plan.workloads {
        let reader = Reader::of(&trials, &draws);
        for figure in compared(run) {
            for lane in &run.plan.lanes {
                let side = Side::of(&reader, &cells(run, workload, lane), &figure);
                let (Some(point), Some(interval)) = (side.point(), side.own_interval()) else {
                    continue;
                };
                found.push(Measured {
                    workload: workload.clone(),
                    lane: lane.clone(),
                    figure: figure.clone(),
                    n: side.trials(),
                    point,
                    interval,
                    floor: floor(&reader, workload, lane, &figure),
                });
            }
        }
    }
    found
}
