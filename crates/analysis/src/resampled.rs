//! The bootstrap of a ratio. The two sides are resampled by themselves, so how the ratio is distributed follows from how
//! each side's figure is: of a median that is known without drawing, of a percentile of latency it is drawn once, and
//! every ratio that the side is part of is worked out from it.

use crate::Interval;
use crate::chance::normal_below;

/// Values up to which the distribution is worked out exactly; beyond, the rank of a resample's median is normal.
const EXACT: usize = 100;
/// Medians less probable than this are left out.
const NEGLIGIBLE: f64 = 1e-6;
/// How far two ends may lie apart before they are the same, as a factor beyond 1.
const RESOLUTION: f64 = 1e-5;

/// The figures of resamples with their probabilities, ascending by value.
#[derive(Debug)]
pub(crate) struct Resampled(Vec<(f64, f64)>);

impl Resampled {
    /// Drawn ones.
    pub(crate) fn drawn(mut figures: Vec<f64>) -> Self {
        figures.sort_unstable_by(f64::total_cmp);
        let each = 1.0 / figures.len().max(1) as f64;
        let mut atoms: Vec<(f64, f64)> = Vec::new();
        for figure in figures {
            match atoms.last_mut() {
                Some((known, probability)) if known.total_cmp(&figure).is_eq() => *probability += each,
                _ => atoms.push((figure, each)),
            }
        }
        Self(atoms)
    }

    /// The medians of every resample with replacement (Efron 1979, section 3; Maritz and Jarrett 1978).
    pub(crate) fn medians(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut atoms = match sorted.len() {
            0 => Vec::new(),
            n if n > EXACT => by_normal_rank(&sorted),
            n if n % 2 == 1 => by_rank(&sorted),
            _ => by_pair(&sorted),
        };
        atoms.retain(|(_, probability)| *probability > NEGLIGIBLE);
        atoms.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        let total: f64 = atoms.iter().map(|(_, probability)| probability).sum();
        for (_, probability) in &mut atoms {
            *probability /= total;
        }
        Self(atoms)
    }

    /// The middle share of the ratio of a figure drawn here to one drawn there.
    pub(crate) fn ratio(&self, other: &Self, confidence: f64) -> Interval {
        let tail = (1.0 - confidence) / 2.0;
        Interval { low: self.ratio_quantile(other, tail), high: self.ratio_quantile(other, 1.0 - tail) }
    }

    /// The smallest ratio that is not exceeded with this probability. Halved by exponent, ends being positive.
    fn ratio_quantile(&self, other: &Self, q: f64) -> f64 {
        let ends = |atoms: &[(f64, f64)]| Some((atoms.first()?.0, atoms.last()?.0));
        let (Some((least, most)), Some((other_least, other_most))) = (ends(&self.0), ends(&other.0)) else {
            return f64::NAN;
        };
        let (mut low, mut high) = (quotient(least, other_most), quotient(most, other_least));
        if self.at_most(other, low).0 >= q {
            return low;
        }
        low = low.max(f64::MIN_POSITIVE);
        while high / low > 1.0 + RESOLUTION {
            let half = ((low.ln() + high.ln()) / 2.0).exp().clamp(low, high);
            if self.at_most(other, half).0 >= q {
                high = half;
            } else {
                low = half;
            }
        }
        self.at_most(other, high).1
    }

    /// How probable a ratio of at most this is, and the largest such ratio.
    fn at_most(&self, other: &Self, ratio: f64) -> (f64, f64) {
        let (mut taken, mut below, mut probability, mut largest) = (0, 0.0, 0.0, 0.0_f64);
        for (divisor, weight) in &other.0 {
            while let Some((value, own)) = self.0.get(taken).filter(|own| quotient(own.0, *divisor) <= ratio)
            {
                largest = largest.max(quotient(*value, *divisor));
                below += own;
                taken += 1;
            }
            if let Some((value, _)) = taken.checked_sub(1).and_then(|last| self.0.get(last)) {
                largest = largest.max(quotient(*value, *divisor));
            }
            probability += weight * below;
        }
        (probability, largest)
    }
}

/// A ratio that is 1 for two equal values, zeros included, and finite for finite ones.
pub(crate) fn quotient(a: f64, b: f64) -> f64 {
    if a.total_cmp(&b).is_eq() { 1.0 } else { (a / b).min(f64::MAX) }
}

/// Probability that at least `wanted` of `n` draws fall on the lowest `rank` of `n` values.
fn reached(n: usize, rank: usize, wanted: usize) -> f64 {
    if rank >= n {
        return 1.0;
    }
    let p = rank as f64 / n as f64;
    let mut mass = (1.0 - p).powi(n as i32);
    let mut short = 0.0;
    for seen in 0..wanted {
        short += mass;
        mass *= (n - seen) as f64 / (seen + 1) as f64 * p / (1.0 - p);
    }
    1.0 - short
}

fn by_rank(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let up_to = |rank| reached(n, rank, n.div_ceil(2));
    sorted.iter().zip(1..).map(|(value, rank)| (*value, up_to(rank) - up_to(rank - 1))).collect()
}

/// An even number: the median is halfway between the two middle draws, whose joint distribution is known.
fn by_pair(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let half = n / 2;
    let share = |rank: usize| (rank as f64 / n as f64).powi(half as i32);
    let ways = (1..=half).fold(1.0, |ways, at| ways * (half + at) as f64 / at as f64);
    let mut atoms = Vec::new();
    for (lower, low) in sorted.iter().zip(1..).map(|(value, rank): (_, usize)| (value, rank)) {
        let mut alone = reached(n, low, half) - reached(n, low - 1, half);
        for (upper, high) in sorted.iter().zip(1..).skip(low) {
            let high: usize = high;
            let apart = ways * (share(low) - share(low - 1)) * (share(n - high + 1) - share(n - high));
            alone -= apart;
            atoms.push((f64::midpoint(*lower, *upper), apart));
        }
        atoms.push((*lower, alone));
    }
    atoms
}

fn by_normal_rank(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len() as f64;
    let below = |rank: f64| normal_below((rank - n / 2.0) / (n.sqrt() / 2.0));
    // Seven standard deviations of the rank hold all that is not negligible.
    let reach = (3.5 * n.sqrt()) as usize + 1;
    let first = (sorted.len() / 2).saturating_sub(reach);
    let near = sorted.iter().enumerate().skip(first).take(2 * reach + 1);
    near.map(|(at, value)| (*value, below(at as f64 + 1.0) - below(at as f64))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;
    use crate::{RESAMPLES, median_ratio_interval};

    fn ratio_interval(a: &[f64], b: &[f64], confidence: f64) -> Interval {
        Resampled::medians(a).ratio(&Resampled::medians(b), confidence)
    }

    fn near(a: f64, b: f64, share: f64) -> bool {
        (a / b - 1.0).abs() < share
    }

    #[test]
    fn the_distribution_is_that_of_ten_thousand_resamples() {
        assert_eq!(RESAMPLES, 10_000);
        let mut simulation = Simulation::seeded(21);
        for (n, m) in [(10, 10), (11, 15), (30, 31), (60, 24), (100, 101), (150, 15)] {
            let (a, b) = (simulation.cold_starts(n, 30.0), simulation.cold_starts(m, 10.0));
            let (own, drawn) = (ratio_interval(&a, &b, 0.95), median_ratio_interval(&a, &b, 0.95, 4));
            let drawn = drawn.unwrap();
            assert!(
                near(own.low, drawn.low, 0.02) && near(own.high, drawn.high, 0.02),
                "{n} {m} {own:?} {drawn:?}"
            );
        }
    }

    #[test]
    fn probabilities_of_every_size_add_up_to_one() {
        for n in [1, 2, 3, 10, 15, 30, 99, 100] {
            let values: Vec<f64> = (1..=n).map(f64::from).collect();
            let total: f64 =
                if n % 2 == 1 { by_rank(&values) } else { by_pair(&values) }.iter().map(|(_, p)| p).sum();
            assert!(near(total, 1.0, 1e-9), "{n}: {total}");
        }
    }

    #[test]
    fn equal_values_have_a_ratio_of_exactly_one_zeros_too() {
        for value in [0.0, 1.0, 7.0, 1e300] {
            let found = ratio_interval(&[value; 12], &[value; 15], 0.99);
            assert_eq!((found.low.to_bits(), found.high.to_bits()), (1.0_f64.to_bits(), 1.0_f64.to_bits()));
        }
    }

    #[test]
    fn zeros_and_huge_values_give_finite_ends() {
        let mixed: Vec<f64> = (0..20).map(|at| if at % 2 == 0 { 0.0 } else { u64::MAX as f64 }).collect();
        let found = ratio_interval(&mixed, &mixed, 0.99);
        assert!(found.low.is_finite() && found.high.is_finite() && found.low <= found.high, "{found:?}");
        let found = ratio_interval(&[5.0; 10], &[0.0; 10], 0.99);
        assert!(found.low.is_finite(), "{found:?}");
    }

    #[test]
    fn a_hundred_thousand_values_are_no_trouble() {
        let mut simulation = Simulation::seeded(5);
        let (a, b) = (simulation.cold_starts(100_000, 2.0), simulation.cold_starts(100_000, 1.0));
        let found = ratio_interval(&a, &b, 0.99);
        assert!(found.contains(2.0) && found.high - found.low < 0.03, "{found:?}");
    }
}
