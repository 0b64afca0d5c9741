//! Intervals without an assumption about the distribution.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A closed interval in the unit of what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Interval {
    /// Lower end; in JSON `null` where no number bounds it.
    #[schemars(with = "Option<f64>")]
    pub low: f64,
    /// Upper end, likewise.
    #[schemars(with = "Option<f64>")]
    pub high: f64,
}

impl Interval {
    /// Whether a value lies in it, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// There are not enough values to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, thiserror::Error)]
#[error("too few: {have} of at least {need}")]
pub struct TooFew {
    /// How many there are.
    pub have: u64,
    /// How many it takes.
    pub need: u64,
}

/// A value in JSON, or how many values it would take.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Known<T> {
    /// There is one.
    Known(T),
    /// There is none.
    TooFew {
        /// Of how many it takes.
        too_few: TooFew,
    },
}

/// Serialises a value as itself, and its absence as `{"too_few": {"have", "need"}}`: a [`Known`].
///
/// # Errors
/// When the serialiser fails.
pub fn either<T: Serialize, S: Serializer>(
    value: &Result<T, TooFew>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Ok(value) => value.serialize(serializer),
        Err(too_few) => serializer.collect_map([("too_few", too_few)]),
    }
}

/// The value below which a share `q` of sorted values lies, interpolated linearly between neighbours
/// (Hyndman and Fan 1996, type 7); `None` for no values.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let place = q.clamp(0.0, 1.0) * (sorted.len().checked_sub(1)? as f64);
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

/// The middle of values in any order; `None` for no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    // Selected, not sorted: of a million values only the middle is wanted.
    let (mut values, odd) = (values.to_vec(), values.len() % 2 == 1);
    let half = values.len() / 2;
    let (below, above, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    if odd {
        return Some(*above);
    }
    let below = below.iter().copied().max_by(f64::total_cmp)?;
    Some(below + (*above - below) * 0.5)
}

/// The interval that holds the median of the population with at least this confidence, by order statistics:
/// the number of values below the median is binomial with one half, whatever the distribution
/// (David and Nagaraja, Order Statistics, 7.1).
///
/// # Errors
/// When even the smallest and the largest value don't reach the confidence: below 6 values for 0.95.
pub fn median_interval(values: &[f64], confidence: f64) -> Result<Interval, TooFew> {
    let tail = (1.0 - confidence.clamp(0.0, 1.0 - 1e-12)) / 2.0;
    let n = values.len();
    // Ranks are counted from 1: the interval reaches from rank `k` to rank `n + 1 − k`, and misses the median
    // on either side with the probability that fewer than `k` of `n` coins show heads.
    let mut rank = 0_usize;
    let mut log_mass = -(n as f64) * std::f64::consts::LN_2;
    let mut below = 0.0;
    while rank < n / 2 {
        below += log_mass.exp();
        if below > tail {
            break;
        }
        log_mass += ((n - rank) as f64 / (rank + 1) as f64).ln();
        rank += 1;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (rank.checked_sub(1).and_then(|at| sorted.get(at)), sorted.get(n.saturating_sub(rank))) {
        (Some(low), Some(high)) => Ok(Interval { low: *low, high: *high }),
        _ => Err(TooFew { have: n as u64, need: (-tail.log2()).ceil() as u64 }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::simulation::Simulation;

    fn ranks(n: usize) -> Option<(usize, usize)> {
        let values: Vec<f64> = (1..=n).map(|rank| rank as f64).collect();
        median_interval(&values, 0.95).ok().map(|found| (found.low as usize, found.high as usize))
    }

    #[test]
    fn the_ranks_are_those_of_the_published_table() {
        // Conover, Practical Nonparametric Statistics, and the sign test's critical values at 0.05, two-sided.
        let table = [(6, (1, 6)), (8, (1, 8)), (9, (2, 8)), (12, (3, 10)), (15, (4, 12)), (20, (6, 15))];
        for (n, expected) in table {
            assert_eq!(ranks(n), Some(expected), "n = {n}");
        }
        assert_eq!(ranks(100), Some((40, 61)));
    }

    #[test]
    fn five_values_are_too_few_for_an_interval() {
        let refusal = median_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap_err();
        assert_eq!(refusal, TooFew { have: 5, need: 6 });
        assert!(median_interval(&[], 0.95).is_err());
    }

    #[test]
    fn a_hundred_thousand_values_still_have_an_interval() {
        let (low, high) = ranks(100_000).unwrap();
        assert!((49_680..49_700).contains(&low) && (50_300..50_330).contains(&high), "{low} {high}");
    }

    #[test]
    fn the_interval_holds_the_true_median_at_least_as_often_as_it_says() {
        let mut simulation = Simulation::seeded(7);
        for n in [6, 15, 40] {
            let covered = |samples: &mut dyn FnMut() -> Vec<f64>| {
                (0..4_000).filter(|_| median_interval(&samples(), 0.95).unwrap().contains(10.0)).count()
            };
            // 95 % of 4,000 is 3,800 with a standard deviation of 14.
            let log_normal = covered(&mut || simulation.cold_starts(n, 10.0));
            let exponential = covered(&mut || simulation.exponential(n, 10.0));
            assert!(log_normal >= 3_750 && exponential >= 3_750, "n = {n}: {log_normal}, {exponential}");
        }
    }

    #[test]
    fn quantiles_are_interpolated_between_neighbours() {
        let near = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-12;
        assert!(near(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75));
        assert!(near(median(&[4.0, 1.0, 3.0, 2.0]), 2.5));
        assert_eq!(median(&[]), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_sample_median(values in prop::collection::vec(-1e12_f64..1e12, 6..300)) {
            let interval = median_interval(&values, 0.95).unwrap();
            prop_assert!(interval.contains(median(&values).unwrap()));
        }

        #[test]
        fn the_median_is_the_middle_of_the_sorted_values(values in prop::collection::vec(-1e12_f64..1e12, 1..300)) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(median(&values), quantile(&sorted, 0.5));
        }

        #[test]
        fn the_order_of_the_values_does_not_matter(mut values in prop::collection::vec(0.0_f64..1e6, 6..50)) {
            let forward = median_interval(&values, 0.95);
            values.reverse();
            prop_assert_eq!(forward, median_interval(&values, 0.95));
        }
    }
}
