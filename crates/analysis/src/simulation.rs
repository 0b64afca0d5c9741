//! Made-up trials with a known truth, for tests.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) struct Simulation(ChaCha8Rng);

impl Simulation {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    fn unit(&mut self) -> f64 {
        self.0.random_range(f64::EPSILON..1.0)
    }

    /// Standard normal, by Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Log-normal values with this median: skewed to the right, as times are.
    pub(crate) fn cold_starts(&mut self, n: usize, median: f64) -> Vec<f64> {
        (0..n).map(|_| median * (0.2 * self.normal()).exp()).collect()
    }

    /// Exponential values with this median.
    pub(crate) fn exponential(&mut self, n: usize, median: f64) -> Vec<f64> {
        (0..n).map(|_| -median / std::f64::consts::LN_2 * self.unit().ln()).collect()
    }
}
