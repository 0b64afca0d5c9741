//! Intervals without an assumption about the distribution.

use serde::{Serialize, Serializer};

/// A closed interval in the unit of what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("too few: {have} of at least {need}")]
pub struct TooFew {
    /// How many there are.
    pub have: u64,
    /// How many it takes.
    pub need: u64,
}

/// Serialises a value as itself, and its absence as `{"too_few": {"have", "need"}}`.
pub(crate) fn either<T: Serialize, S: Serializer>(
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
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
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
