//! What can be said of a ratio.

use plimsoll_model::{Direction, Run, Slug};
use serde::Serialize;

use crate::{CONFIDENCE, Interval, TooFew};

/// What can be said of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few trials for an interval.
    TooFew,
    /// There is an interval, but no A/A arms of both lanes tell what their noise looks like on this host.
    NoiseFloorNotMeasured,
    /// Two runs: there is an interval, but no repeated runs tell how far runs differ by themselves on this host.
    RunNoiseUnknown,
    /// Two runs: something other than what is compared is not the same in both, or one has no such figure. What it
    /// is stands beside it.
    NotComparable,
    /// The interval contains 1, or does not once all that was compared is corrected for.
    NoDifference,
    /// The interval excludes 1, but a thing differed from itself as much.
    WithinNoise,
    /// A difference, to the lane's or the new run's advantage: faster, smaller, more.
    Better,
    /// A difference, to the baseline's advantage.
    Worse,
    /// A difference in something that is neither good nor bad.
    Different,
}

/// How often, over all comparisons made together, one may be called a difference that is none.
const FALSE_ALARMS: f64 = 1.0 - CONFIDENCE;

/// What a verdict rests on.
pub(crate) struct Evidence {
    pub(crate) ratio: f64,
    pub(crate) interval: Result<Interval, TooFew>,
    /// Corrected; absent for what is exact.
    pub(crate) chance: Option<f64>,
    pub(crate) floor: Option<f64>,
    pub(crate) direction: Direction,
}

impl Evidence {
    /// `unmeasured` is what is said without a floor.
    pub(crate) fn verdict(&self, unmeasured: Verdict) -> Verdict {
        let Ok(interval) = self.interval else { return Verdict::TooFew };
        let Some(floor) = self.floor else { return unmeasured };
        if interval.contains(1.0) || self.chance.is_some_and(|chance| chance > FALSE_ALARMS) {
            return Verdict::NoDifference;
        }
        if self.ratio.ln().abs() <= floor.ln() {
            return Verdict::WithinNoise;
        }
        match (self.direction, self.ratio < 1.0) {
            (Direction::Neutral, _) => Verdict::Different,
            (Direction::LowerIsBetter, true) | (Direction::HigherIsBetter, false) => Verdict::Better,
            (Direction::LowerIsBetter, false) | (Direction::HigherIsBetter, true) => Verdict::Worse,
        }
    }
}

/// Which way is better; neither for a metric that the run does not declare.
pub(crate) fn direction(run: &Run, metric: &Slug) -> Direction {
    run.metric(metric).map_or(Direction::Neutral, |declared| declared.direction)
}
