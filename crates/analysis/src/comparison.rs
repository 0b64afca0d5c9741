//! Lanes set against a baseline lane.

use plimsoll_model::{Phase, Run, Slug};
use serde::Serialize;

use crate::{Interval, TooFew, either};

/// One figure of one lane, set against the same figure of the baseline lane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// The lane it is set against.
    pub baseline: Slug,
    /// What is compared.
    pub figure: Compared,
    /// How many trials of the lane took part, and of the baseline.
    pub n: [usize; 2],
    /// The lane's figure ÷ the baseline's.
    pub ratio: f64,
    /// Its 95 % interval by bootstrap; needs 10 trials on each side.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
    /// Cliff's delta from −1 (every value of the lane is smaller) to 1 (every one is larger). For a latency,
    /// over the trials' own percentiles.
    pub effect: f64,
    /// The noise floor of this figure: A/A arms of the same lane differed by up to this factor, at least 1.
    pub floor: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
}

/// What is compared: the median of a metric over trials, or a percentile of a latency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Compared {
    /// The metric.
    pub metric: Slug,
    /// The phase it was taken in.
    pub phase: Phase,
    /// Thousandths: 500 is the median over requests, 990 the 99th percentile. Absent for a median over trials.
    pub percentile_milli: Option<u32>,
}

/// What can be said of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few trials for an interval.
    TooFew,
    /// There is an interval, but no A/A arms tell what this host's noise looks like.
    NoiseFloorNotMeasured,
    /// The interval contains 1.
    NoDifference,
    /// The interval excludes 1, but A/A arms differed as much.
    WithinNoise,
    /// A difference, to the lane's advantage.
    Better,
    /// A difference, to the baseline's advantage.
    Worse,
    /// A difference in something that is neither good nor bad.
    Different,
}

/// Compares every lane with the baseline lane, per workload: cold start, PSS and USS by the median over trials,
/// latency by P50 and P99. Arms of a lane are taken together. A lane without values is left out.
#[must_use]
pub fn compare(run: &Run, baseline: &Slug) -> Vec<Comparison> {
    todo!("{} {baseline}", run.id)
}
