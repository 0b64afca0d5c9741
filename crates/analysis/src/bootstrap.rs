//! Resampling: how much a figure would differ if the trials were drawn again from those that were had.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::{Interval, TooFew, quantile};

/// Resamples of every bootstrap.
pub const RESAMPLES: usize = 10_000;

/// Values on each side that a ratio's interval needs.
pub(crate) const RATIO_NEEDS: usize = 10;

/// The percentile-bootstrap interval of `median(a) ÷ median(b)`, each side resampled by itself
/// (Efron and Tibshirani 1993, chapter 13), from [`RESAMPLES`] resamples drawn by a ChaCha generator. Comparisons take
/// its limit for endlessly many resamples instead, which needs no drawing.
///
/// # Errors
/// With fewer than 10 values on a side.
pub fn median_ratio_interval(a: &[f64], b: &[f64], confidence: f64, seed: u64) -> Result<Interval, TooFew> {
    median_ratio_interval_from(a, b, confidence, seed, RESAMPLES)
}

fn median_ratio_interval_from(
    a: &[f64],
    b: &[f64],
    confidence: f64,
    seed: u64,
    resamples: usize,
) -> Result<Interval, TooFew> {
    enough_for_a_ratio(a.len(), b.len())?;
    let sorted = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted
    };
    let (a, b) = (sorted(a), sorted(b));
    let mut draw = Draw::seeded(seed);
    let ratios = (0..resamples)
        .map(|_| resampled_median(&a, draw.times(a.len())) / resampled_median(&b, draw.times(b.len())))
        .collect();
    Ok(middle(ratios, confidence))
}

pub(crate) fn enough_for_a_ratio(a: usize, b: usize) -> Result<(), TooFew> {
    let have = a.min(b);
    if have < RATIO_NEEDS {
        return Err(TooFew { have: have as u64, need: RATIO_NEEDS as u64 });
    }
    Ok(())
}

/// The middle share of values.
pub(crate) fn middle(mut values: Vec<f64>, confidence: f64) -> Interval {
    values.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let at = |q| quantile(&values, q).unwrap_or(f64::NAN);
    Interval { low: at(tail), high: at(1.0 - tail) }
}

/// Draws with replacement.
pub(crate) struct Draw {
    rng: ChaCha8Rng,
    times: Vec<u32>,
}

impl Draw {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), times: Vec::new() }
    }

    /// How often each of `n` things was drawn in `n` draws.
    pub(crate) fn times(&mut self, n: usize) -> &[u32] {
        self.times.clear();
        self.times.resize(n, 0);
        for _ in 0..n {
            let drawn = self.rng.random_range(0..n);
            if let Some(times) = self.times.get_mut(drawn) {
                *times += 1;
            }
        }
        &self.times
    }
}

/// The median of sorted values, each taken this many times.
fn resampled_median(sorted: &[f64], times: &[u32]) -> f64 {
    let n = sorted.len();
    let (lower, upper) = ((n - 1) / 2, n / 2);
    let mut seen = 0;
    let mut low = None;
    for (value, times) in sorted.iter().zip(times) {
        seen += *times as usize;
        if low.is_none() && seen > lower {
            low = Some(*value);
        }
        if let (true, Some(low)) = (seen > upper, low) {
            return f64::midpoint(low, *value);
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::median;
    use crate::simulation::Simulation;

    #[test]
    fn nine_trials_on_a_side_are_too_few_for_a_ratio() {
        let refusal = median_ratio_interval(&[1.0; 9], &[1.0; 30], 0.95, 1).unwrap_err();
        assert_eq!(refusal.to_string(), "too few: 9 of at least 10");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let mut simulation = Simulation::seeded(3);
        let (a, b) = (simulation.cold_starts(15, 300.0), simulation.cold_starts(15, 5.0));
        let first = median_ratio_interval(&a, &b, 0.95, 42).unwrap();
        assert_eq!(first, median_ratio_interval(&a, &b, 0.95, 42).unwrap());
        assert!(first.contains(median(&a).unwrap() / median(&b).unwrap()));
    }

    #[test]
    fn the_interval_of_a_ratio_holds_the_true_one_about_as_often_as_it_says() {
        let mut simulation = Simulation::seeded(11);
        let covered = (0..800)
            .filter(|seed| {
                let (a, b) = (simulation.cold_starts(15, 20.0), simulation.cold_starts(15, 10.0));
                median_ratio_interval_from(&a, &b, 0.95, *seed, 600).unwrap().contains(2.0)
            })
            .count();
        // 95 % of 800 is 760 with a standard deviation of 6; the percentile bootstrap of a median is a little wide.
        assert!((740..=795).contains(&covered), "{covered} of 800");
    }

    proptest! {
        #[test]
        fn a_resampled_median_is_the_median_of_the_resample(
            mut values in prop::collection::vec(0.0_f64..1e9, 1..40), seed in any::<u64>(),
        ) {
            values.sort_unstable_by(f64::total_cmp);
            let mut draw = Draw::seeded(seed);
            let times = draw.times(values.len()).to_vec();
            let resample: Vec<f64> = values
                .iter()
                .zip(&times)
                .flat_map(|(value, times)| std::iter::repeat_n(*value, *times as usize))
                .collect();
            let (found, expected) = (resampled_median(&values, &times), median(&resample).unwrap());
            prop_assert!((found - expected).abs() <= 1e-6 * expected.abs());
        }

        #[test]
        fn the_unit_of_the_values_does_not_change_a_ratio(scale in 0.001_f64..1000.0) {
            let mut simulation = Simulation::seeded(5);
            let (a, b) = (simulation.cold_starts(12, 3.0), simulation.cold_starts(12, 4.0));
            let scaled = |values: &[f64]| values.iter().map(|value| value * scale).collect::<Vec<_>>();
            let plain = median_ratio_interval_from(&a, &b, 0.95, 1, 200).unwrap();
            let other = median_ratio_interval_from(&scaled(&a), &scaled(&b), 0.95, 1, 200).unwrap();
            prop_assert!((plain.low / other.low - 1.0).abs() < 1e-9);
            prop_assert!((plain.high / other.high - 1.0).abs() < 1e-9);
        }
    }
}
