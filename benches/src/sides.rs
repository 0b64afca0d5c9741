//! Two sides measured in turn, and the ratio of their medians with its interval.
//!
//! The machine's speed drifts, so neither side is ever measured in one block: A B, B A, A B, … and the order
//! within each pair is drawn from a fixed seed.

use plimsoll_analysis::{CONFIDENCE, median, median_ratio_interval};
use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// Seed of every shuffle and bootstrap here.
pub const SEED: u64 = 20_261_121;

/// Two sides' values, measured in turn.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// Ours.
    pub ours: Vec<f64>,
    /// What a user would pick instead.
    pub other: Vec<f64>,
}

impl Sides {
    /// Measures both sides `pairs` times, the order within each pair drawn anew.
    ///
    /// # Errors
    /// The first error of either side.
    pub fn measure<E>(
        pairs: usize,
        mut ours: impl FnMut() -> Result<f64, E>,
        mut other: impl FnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut sides = Self::default();
        let mut order = ChaCha8Rng::seed_from_u64(SEED);
        for _ in 0..pairs {
            if order.random::<bool>() {
                sides.ours.push(ours()?);
                sides.other.push(other()?);
            } else {
                sides.other.push(other()?);
                sides.ours.push(ours()?);
            }
        }
        Ok(sides)
    }

    /// Ratio of the medians, ours ÷ other; not a number when nothing was measured.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        match (median(&self.ours), median(&self.other)) {
            (Some(ours), Some(other)) => ours / other,
            _ => f64::NAN,
        }
    }

    /// One line: both medians, the ratio ours ÷ other with its 95 % interval, and the difference.
    #[must_use]
    pub fn line(&self, ours: &str, other: &str, unit: &str) -> String {
        let (Some(a), Some(b)) = (median(&self.ours), median(&self.other)) else {
            return "nothing was measured".to_owned();
        };
        let interval = match median_ratio_interval(&self.ours, &self.other, CONFIDENCE, SEED) {
            Ok(interval) => format!("[{:.3}, {:.3}]", interval.low, interval.high),
            Err(too_few) => too_few.to_string(),
        };
        let pairs = self.ours.len();
        format!(
            "{ours} {a:.3} {unit}, {other} {b:.3} {unit}: ratio {:.3} {interval}, difference {:.3} {unit}, {pairs} pairs",
            a / b,
            a - b
        )
    }
}
