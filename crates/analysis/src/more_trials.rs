//! How many more trials would decide what is too close to call.

use crate::chance::two_sided;
use crate::verdict::{ALIKE, FALSE_ALARMS};
use crate::{Comparison, Interval};

/// Most trials that are worth naming: whoever is told of more looks for another way.
const MOST: f64 = 1_000.0;

/// How many more trials of each lane would decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoreTrials {
    /// About so many, rounded up to tens, or to hundreds beyond one hundred.
    About(u32),
    /// More than this many.
    Over(u32),
}

impl Comparison {
    /// How many more trials of each lane would let a difference be called or the two be told to be alike, whichever comes
    /// sooner, if they are like those there are: interval and noise floor narrow, on a logarithmic scale, with the
    /// square root of their number. `None` without an interval.
    #[must_use]
    pub fn more_trials(&self) -> Option<MoreTrials> {
        let interval = self.interval.ok()?;
        let times = to_call(self, interval).min(to_be_alike(self, interval));
        let have = self.n.into_iter().max().unwrap_or(0) as f64;
        // Decided by now, but for what chance did to the middle: a handful tells.
        let more = (have * (times - 1.0)).max(1.0);
        let step = if more <= 100.0 { 10.0 } else { 100.0 };
        let rounded = (more / step).ceil() * step;
        Some(if rounded <= MOST { MoreTrials::About(rounded as u32) } else { MoreTrials::Over(MOST as u32) })
    }
}

/// How many times as many trials it takes until interval, chance and floor leave 1 behind.
fn to_call(found: &Comparison, interval: Interval) -> f64 {
    let middle = found.ratio.ln();
    let towards_1 = if middle > 0.0 { middle - interval.low.ln() } else { interval.high.ln() - middle };
    let floor = found.floor.unwrap_or(1.0).ln();
    let widest = towards_1.max(floor) / middle.abs();
    let chance = found.chance.map_or(1.0, |chance| quantile(FALSE_ALARMS) / quantile(chance));
    finite(widest.max(chance).powi(2))
}

/// How many times as many it takes until interval and floor lie within what is alike.
fn to_be_alike(found: &Comparison, interval: Interval) -> f64 {
    let middle = found.ratio.ln();
    let (above, below) = (interval.high.ln() - middle, middle - interval.low.ln());
    let alike = ALIKE.ln();
    let floor = found.floor.unwrap_or(1.0).ln() / alike;
    let widest = (above / (alike - middle)).max(below / (alike + middle)).max(floor);
    if middle.abs() < alike { finite(widest.powi(2)) } else { f64::INFINITY }
}

fn finite(times: f64) -> f64 {
    if times.is_finite() { times.max(1.0) } else { f64::INFINITY }
}

/// The distance from 0 that a standard normal value exceeds with this probability.
fn quantile(chance: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..60 {
        let half = f64::midpoint(low, high);
        if two_sided(half) > chance {
            low = half;
        } else {
            high = half;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Case, Phase, Slug};

    use super::*;
    use crate::{Compared, Verdict, names};

    fn more(ratio: f64, [low, high]: [f64; 2], chance: f64, floor: f64) -> Option<MoreTrials> {
        let found = Comparison {
            case: Case::of(Slug::known("hello")),
            lane: Slug::known("one"),
            baseline: Slug::known("other"),
            figure: Compared { metric: names::COLD_START, phase: Phase::Ready, percentile_milli: None },
            n: [30, 30],
            ratio,
            interval: Ok(Interval { low, high }),
            effect: 0.0,
            chance: Some(chance),
            floor: Some(floor),
            verdict: Verdict::TooClose,
        };
        found.more_trials()
    }

    #[test]
    fn a_gap_that_is_nearly_told_takes_few_more() {
        // ln 1.5 = 0.405, down to 0.9 is 0.511: (0.511 / 0.405)² = 1.59 times as many.
        assert_eq!(more(1.5, [0.9, 2.5], 0.04, 1.4), Some(MoreTrials::About(20)));
        assert_eq!(more(1.0 / 1.5, [0.4, 1.0 / 0.9], 0.04, 1.4), Some(MoreTrials::About(20)));
    }

    #[test]
    fn two_that_are_the_same_are_told_to_be_alike_sooner_than_apart() {
        // ±20 % to ±10 %: (ln 1.2 / ln 1.1)² = 3.66 times as many.
        assert_eq!(more(1.0, [1.0 / 1.2, 1.2], 0.9, 1.15), Some(MoreTrials::About(80)));
        assert_eq!(more(1.000_1, [0.8, 1.25], 0.9, 1.3), Some(MoreTrials::About(200)));
    }

    #[test]
    fn the_noise_floor_and_the_correction_narrow_too() {
        assert_eq!(more(1.0, [0.95, 1.05], 0.9, 1.21), Some(MoreTrials::About(90)));
        // A chance of 0.3 lies 1.04 standard deviations out, and 0.05 lies 1.96: 3.58 times as many.
        assert_eq!(more(1.3, [1.05, 1.6], 0.3, 1.1), Some(MoreTrials::About(80)));
    }

    #[test]
    fn what_would_take_more_than_a_thousand_says_only_that() {
        assert_eq!(more(1.09, [0.2, 6.0], 0.9, 2.0), Some(MoreTrials::Over(1_000)));
        assert_eq!(more(0.0, [0.0, 6.0], 1.0, 2.0), Some(MoreTrials::Over(1_000)));
    }
}
