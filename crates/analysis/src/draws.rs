//! Drawing trials with replacement, for percentiles of their distributions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bootstrap::Draw;

/// Resamples of a percentile: Efron and Tibshirani (1993, section 13.3) ask for 1,000 at least for an interval.
const RESAMPLES: usize = 2_000;
/// Trials drawn for one interval over all its resamples, and the fewest resamples of it: beyond 100 trials there are
/// fewer resamples, so that thousands of trials take as long as they are many.
const DRAWN_TRIALS: usize = 200_000;
const FEWEST_RESAMPLES: usize = 400;

/// Trials that the interval of a percentile needs.
pub(crate) const INTERVAL_NEEDS: usize = 3;

/// How trials are drawn. The same resamples serve every distribution of as many trials.
#[derive(Debug)]
pub(crate) struct Draws {
    seed: u64,
    resamples: usize,
    made: RefCell<BTreeMap<usize, Rc<Resamples>>>,
}

impl Draws {
    /// As many resamples as are usual.
    pub(crate) fn all(seed: u64) -> Self {
        Self::shared(seed, 1)
    }

    /// Where so many others are to be drawn in the same time.
    pub(crate) fn shared(seed: u64, others: usize) -> Self {
        let resamples = (4 * RESAMPLES / others.max(1)).clamp(FEWEST_RESAMPLES, RESAMPLES);
        Self { seed, resamples, made: RefCell::default() }
    }

    /// The resamples of so many trials.
    pub(crate) fn of(&self, trials: usize) -> Rc<Resamples> {
        let make = || Rc::new(Resamples::of(trials, self.seed, affordable(self.resamples, trials)));
        Rc::clone(self.made.borrow_mut().entry(trials).or_insert_with(make))
    }
}

fn affordable(resamples: usize, trials: usize) -> usize {
    resamples.min((DRAWN_TRIALS / trials.max(1)).max(FEWEST_RESAMPLES))
}

/// Ways in which so many trials were drawn with replacement.
#[derive(Debug)]
pub(crate) struct Resamples {
    trials: usize,
    /// For each way, how often each trial was drawn: of thousands none is drawn 256 times.
    times: Vec<u8>,
}

impl Resamples {
    fn of(trials: usize, seed: u64, resamples: usize) -> Self {
        let mut times = Vec::new();
        // A few trials can be drawn in so few ways that all of them are gone through.
        let ways = u32::try_from(trials).ok().and_then(|power| trials.checked_pow(power));
        if trials < INTERVAL_NEEDS {
            return Self { trials, times };
        }
        if let Some(ways) = ways.filter(|ways| *ways <= 2 * RESAMPLES) {
            (0..ways).for_each(|way| times.extend(nth_draw(way, trials)));
        } else {
            let mut draw = Draw::seeded(seed);
            (0..resamples).for_each(|_| times.extend(draw.times(trials).iter().map(|times| narrow(*times))));
        }
        Self { trials, times }
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &[u8]> {
        self.times.chunks_exact(self.trials.max(1))
    }
}

fn narrow(times: u32) -> u8 {
    u8::try_from(times).unwrap_or(u8::MAX)
}

/// The digits of `way` in base `trials`, counted: one of the ways of drawing so many trials with replacement.
fn nth_draw(mut way: usize, trials: usize) -> Vec<u8> {
    let mut times = vec![0; trials];
    for _ in 0..trials {
        if let Some(drawn) = times.get_mut(way % trials) {
            *drawn += 1;
        }
        way /= trials;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_trials_are_drawn_less_often() {
        let drawn = |trials| Draws::all(1).of(trials).each().count();
        assert_eq!([5, 30, 100, 400, 1_000].map(drawn), [3_125, 2_000, 2_000, 500, 400]);
        assert_eq!(Draws::shared(1, 199).of(24).each().count(), 400);
    }

    #[test]
    fn every_resample_has_as_many_trials_as_there_are() {
        for trials in [3, 5, 24] {
            let draws = Draws::all(7).of(trials);
            assert!(
                draws
                    .each()
                    .all(|times| times.iter().map(|times| usize::from(*times)).sum::<usize>() == trials)
            );
        }
        assert_eq!(Draws::all(7).of(2).each().count(), 0);
    }
}
