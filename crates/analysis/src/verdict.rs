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
    /// Alike for all that matters: the whole interval lies within [`ALIKE`] of 1, and a thing does not differ from itself
    /// by more either.
    Equal,
    /// The interval reaches over 1, or does not exclude it once all that was compared is corrected for: more trials
    /// would tell.
    TooClose,
    /// A thing differed from itself as much, on a machine whose noise leaves nothing to be said: more trials of the same
    /// kind would not tell.
    TooNoisy,
    /// A difference, to the lane's or the new run's advantage: faster, smaller, more.
    Better,
    /// A difference, to the baseline's advantage.
    Worse,
    /// A difference in something that is neither good nor bad.
    Different,
}

/// The factor within which two things are alike.
pub const ALIKE: f64 = 1.1;
/// A noise floor beyond which a machine, and not the number of trials, is what hides a difference.
pub const NOISY: f64 = 2.0;

/// How often, over all comparisons made together, one may be called a difference that is none.
pub(crate) const FALSE_ALARMS: f64 = 1.0 - CONFIDENCE;

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
        let open = interval.contains(1.0) || self.chance.is_some_and(|chance| chance > FALSE_ALARMS);
        let hidden = self.shown(interval, floor).ln() <= floor.ln();
        match (open, hidden) {
            (false, false) => self.called(),
            _ if interval.is_alike() && floor <= ALIKE => Verdict::Equal,
            // An interval this narrow leaves nothing for more trials to tell: what is left is the machine's.
            (_, true) if interval.is_alike() => Verdict::TooNoisy,
            // An interval wide enough to hold 1 comes with a floor as wide: fewer trials than it takes show as both. Only
            // where a thing differs from itself by more than any number of trials should leave is it the machine's fault.
            (true, true) if floor <= NOISY => Verdict::TooClose,
            (_, true) => Verdict::TooNoisy,
            (true, false) => Verdict::TooClose,
        }
    }

    /// What of the difference is set against the floor, as a factor of at least 1. A floor is the far end of an interval,
    /// so that it holds what chance does to a point already. Above [`NOISY`] it is a machine that was not the same
    /// throughout, which no interval of these trials knows of: there the near end has to stand beyond it too.
    fn shown(&self, interval: Interval, floor: f64) -> f64 {
        let factor = self.ratio.ln().abs();
        let near = interval.low.ln().abs().min(interval.high.ln().abs());
        let shown = if floor <= NOISY || interval.contains(1.0) { factor } else { factor.min(near) };
        shown.exp()
    }

    fn called(&self) -> Verdict {
        match (self.direction, self.ratio < 1.0) {
            (Direction::Neutral, _) => Verdict::Different,
            (Direction::LowerIsBetter, true) | (Direction::HigherIsBetter, false) => Verdict::Better,
            (Direction::LowerIsBetter, false) | (Direction::HigherIsBetter, true) => Verdict::Worse,
        }
    }
}

impl Interval {
    /// Whether all of a ratio's interval lies within [`ALIKE`] of 1.
    #[must_use]
    pub fn is_alike(&self) -> bool {
        self.low >= 1.0 / ALIKE && self.high <= ALIKE
    }
}

impl Verdict {
    /// Whether it says that there is a difference.
    #[must_use]
    pub const fn is_called(self) -> bool {
        matches!(self, Self::Better | Self::Worse | Self::Different)
    }
}

/// Which way is better; neither for a metric that the run does not declare.
pub(crate) fn direction(run: &Run, metric: &Slug) -> Direction {
    run.metric(metric).map_or(Direction::Neutral, |declared| declared.direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a ratio with this interval and chance, above this floor.
    fn said(ratio: f64, [low, high]: [f64; 2], chance: f64, floor: f64) -> Verdict {
        let evidence = Evidence {
            ratio,
            interval: Ok(Interval { low, high }),
            chance: Some(chance),
            floor: Some(floor),
            direction: Direction::LowerIsBetter,
        };
        evidence.verdict(Verdict::NoiseFloorNotMeasured)
    }

    #[test]
    fn beyond_the_noise_is_called_however_small_it_is() {
        assert_eq!(said(0.01, [0.009, 0.011], 0.001, 1.2), Verdict::Better);
        assert_eq!(said(1.05, [1.04, 1.06], 0.001, 1.02), Verdict::Worse);
    }

    #[test]
    fn equal_takes_an_interval_and_a_floor_within_ten_per_cent() {
        assert_eq!(said(1.01, [0.96, 1.04], 0.6, 1.08), Verdict::Equal);
        assert_eq!(said(1.0, [1.0 / 1.1, 1.1], 0.6, 1.1), Verdict::Equal);
        assert_eq!(said(1.0, [0.909, 1.1], 0.6, 1.1), Verdict::TooClose);
        assert_eq!(said(1.0, [0.91, 1.11], 0.6, 1.1), Verdict::TooClose);
        // What differs from itself by a quarter can't be told to be the same as another, by any number of trials.
        assert_eq!(said(1.0, [0.98, 1.02], 0.6, 1.25), Verdict::TooNoisy);
    }

    #[test]
    fn an_interval_over_1_is_too_close_and_so_is_what_the_correction_takes() {
        assert_eq!(said(2.29, [0.81, 4.71], 0.2, 1.9), Verdict::TooClose);
        assert_eq!(said(1.3, [1.05, 1.6], 0.3, 1.2), Verdict::TooClose);
    }

    #[test]
    fn what_the_floor_hides_is_too_noisy() {
        assert_eq!(said(1.5, [1.3, 1.7], 0.001, 1.6), Verdict::TooNoisy);
        assert_eq!(said(1.6, [1.5, 1.7], 0.001, 1.6), Verdict::TooNoisy);
    }

    #[test]
    fn above_a_floor_of_2_the_whole_interval_has_to_lie_beyond_it() {
        assert_eq!(said(10.4, [6.9, 25.0], 0.001, 10.1), Verdict::TooNoisy);
        assert_eq!(said(0.096, [0.04, 0.145], 0.001, 10.1), Verdict::TooNoisy);
        assert_eq!(said(18.0, [14.0, 25.0], 0.001, 10.1), Verdict::Worse);
        assert_eq!(said(1.7, [1.4, 2.0], 0.001, 1.6), Verdict::Worse);
    }

    #[test]
    fn eighteen_times_below_a_floor_of_49_are_too_noisy_and_never_the_same() {
        for (interval, chance) in [([9.0, 30.0], 0.001), ([1.2, 40.0], 0.3), ([0.8, 60.0], 0.4)] {
            assert_eq!(said(18.0, interval, chance, 49.0), Verdict::TooNoisy);
        }
        assert_eq!(said(1.0, [0.99, 1.01], 0.9, 49.0), Verdict::TooNoisy);
    }

    #[test]
    fn without_an_interval_or_a_floor_nothing_is_said() {
        let interval = Ok(Interval { low: 0.9, high: 1.1 });
        let direction = Direction::LowerIsBetter;
        let none = Evidence { ratio: 1.0, interval, chance: Some(0.5), floor: None, direction };
        assert_eq!(none.verdict(Verdict::RunNoiseUnknown), Verdict::RunNoiseUnknown);
        let few = Evidence { interval: Err(TooFew { have: 9, need: 10 }), floor: Some(1.0), ..none };
        assert_eq!(few.verdict(Verdict::RunNoiseUnknown), Verdict::TooFew);
    }

    #[test]
    fn what_is_exact_is_the_same_only_where_no_byte_differs() {
        let exact = |ratio: f64| Evidence {
            ratio,
            interval: Ok(Interval { low: ratio, high: ratio }),
            chance: None,
            floor: Some(1.0),
            direction: Direction::LowerIsBetter,
        };
        assert_eq!(exact(1.0).verdict(Verdict::NoiseFloorNotMeasured), Verdict::Equal);
        assert_eq!(exact(1.001).verdict(Verdict::NoiseFloorNotMeasured), Verdict::Worse);
    }
}
