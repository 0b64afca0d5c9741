//! Made-up runs whose noise is as bad as that of real hosts, with a known truth.

use plimsoll_model::Run;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::made_up::{add_trial, empty_run};

/// How times stray within a run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Noise {
    /// Log-normal with this standard deviation.
    Quiet(f64),
    /// The machine slows down by a fifth over the run.
    Drift,
    /// The machine jumps between levels up to a tenth apart, eight times a run or so.
    Steps,
    /// One start in two takes 15 % longer.
    Bimodal,
    /// Student's distribution with two degrees of freedom: no variance at all.
    HeavyTailed,
}

impl Noise {
    pub(crate) const BAD: [Self; 5] =
        [Self::Quiet(0.03), Self::Drift, Self::Steps, Self::Bimodal, Self::HeavyTailed];
}

pub(crate) fn normal(rng: &mut impl Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random_range(1e-12..1.0), rng.random_range(0.0..1.0));
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// A run with so many rounds; in each, every cell has a trial, in shuffled order. `truth` is a cell's true cold
/// start in nanoseconds.
pub(crate) fn noisy_run(
    seed: u64,
    lanes: &[&str],
    arms: &[&str],
    rounds: usize,
    noise: Noise,
    truth: impl Fn(usize) -> f64,
) -> Run {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut run = empty_run(lanes, arms);
    run.plan.seed = seed;
    run.id = format!("r{seed}").parse().unwrap();
    let mut cells: Vec<usize> = (0..run.cells.len()).collect();
    let trials = rounds * cells.len();
    let mut level = 1.0;
    for _ in 0..rounds {
        cells.shuffle(&mut rng);
        for cell in &cells {
            let share = run.trials.len() as f64 / trials as f64;
            let small = (0.01 * normal(&mut rng)).exp();
            let factor = match noise {
                Noise::Quiet(spread) => (spread * normal(&mut rng)).exp(),
                Noise::Drift => small * (1.0 + 0.2 * share),
                Noise::Steps => {
                    if rng.random_range(0.0..1.0) < 8.0 / trials as f64 {
                        level = rng.random_range(1.0..1.1);
                    }
                    small * level
                }
                Noise::Bimodal => small * if rng.random_range(0..2) == 0 { 1.0 } else { 1.15 },
                Noise::HeavyTailed => {
                    let chi = -2.0 * rng.random_range(1e-12_f64..1.0).ln();
                    (0.03 * normal(&mut rng) / (chi / 2.0).sqrt()).exp().min(1e3)
                }
            };
            add_trial(&mut run, *cell as u32, (truth(*cell) * factor) as u64);
        }
    }
    run
}
