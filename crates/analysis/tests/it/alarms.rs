//! What the method calls a difference where there is none, and what it finds where there is one. The figures are
//! those of `docs/decisions/09-comparing.md` and `10-noise.md`.

use plimsoll_analysis::{MayChange, NOISE_RUNS, RunNoise, Verdict, compare, compare_runs};
use plimsoll_model::Run;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::made_up::slug;
use crate::noisy::{Noise, noisy_run, normal};

fn is_called(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Better | Verdict::Worse | Verdict::Different)
}

fn any_lane_called(run: &Run) -> bool {
    let found = compare(run, &slug("docker"));
    assert!(found.iter().all(|found| found.floor.is_some()));
    found.iter().any(|found| is_called(found.verdict))
}

#[test]
fn of_a_thousand_pairs_of_the_same_lane_at_most_one_in_a_hundred_is_called_whatever_the_noise() {
    for noise in Noise::BAD {
        let wrong = (0..1_000)
            .filter(|seed| {
                any_lane_called(&noisy_run(*seed, &["docker", "native"], &["a", "b"], 15, noise, |_| 1e8))
            })
            .count();
        // The level is 5 %; the noise floor takes most of it away.
        assert!(wrong <= 10, "{noise:?}: {wrong} of 1,000");
    }
}

#[test]
fn of_many_lanes_that_are_the_same_hardly_ever_is_any_called() {
    let lanes = ["docker", "docker+hostnet", "native", "wasmtime", "wasmtime-process"];
    for noise in [Noise::Quiet(0.03), Noise::Bimodal] {
        let wrong = (0..300)
            .filter(|seed| any_lane_called(&noisy_run(*seed, &lanes, &["a", "b"], 15, noise, |_| 1e8)))
            .count();
        assert!(wrong <= 6, "{noise:?}: {wrong} of 300 tables");
    }
}

#[test]
fn five_per_cent_are_found_in_nine_runs_of_ten() {
    // Trials in each of two arms, noise of one trial.
    for (rounds, spread) in [(15, 0.02), (30, 0.03), (100, 0.05)] {
        let found = (0..300)
            .filter(|seed| {
                let noise = Noise::Quiet(spread);
                let truth = |cell| if cell < 2 { 1e8 } else { 1.05e8 };
                let run = noisy_run(*seed, &["docker", "native"], &["a", "b"], rounds, noise, truth);
                compare(&run, &slug("docker")).first().unwrap().verdict == Verdict::Worse
            })
            .count();
        assert!(found >= 270, "{rounds} trials, {spread}: {found} of 300");
    }
}

/// How a run strays as a whole, as a factor.
type Level = fn(&mut ChaCha8Rng) -> f64;

/// So many runs of one lane on a host on which runs differ by themselves, the last `slower` times as slow.
fn runs(seed: u64, count: usize, rounds: usize, noise: Noise, level: Level, slower: f64) -> Vec<Run> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
    let made = |at: usize| {
        let truth = 1e8 * level(&mut rng) * if at + 1 == count { slower } else { 1.0 };
        noisy_run(seed * 100 + at as u64, &["docker"], &["a"], rounds, noise, |_| truth)
    };
    (0..count).map(made).collect()
}

/// What is said of the last run against the one before it, all earlier ones telling the noise.
fn said(runs: &[Run]) -> Verdict {
    let all: Vec<&Run> = runs.iter().collect();
    let (repeated, pair) = all.split_at(runs.len() - 2);
    let noise = RunNoise::of(repeated).unwrap();
    compare_runs(pair[0], &pair[1..], Some(&noise), &MayChange::Nothing).first().unwrap().verdict
}

#[test]
fn of_a_thousand_pairs_of_runs_of_the_same_about_one_in_a_hundred_is_called_at_most() {
    let levels: [(&str, Level); 3] = [
        ("steady", |_| 1.0),
        ("normal", |rng| (0.02 * normal(rng)).exp()),
        ("two levels", |rng| if rng.random_range(0..2) == 0 { 1.0 } else { 1.05 }),
    ];
    for noise in Noise::BAD {
        for (name, level) in levels {
            let wrong = (0..1_000)
                .filter(|seed| is_called(said(&runs(*seed, NOISE_RUNS + 2, 15, noise, level, 1.0))))
                .count();
            // The level is 5 %.
            assert!(wrong <= 15, "{noise:?}, {name}: {wrong} of 1,000");
        }
    }
}

#[test]
fn five_per_cent_between_runs_are_found_in_nine_of_ten_where_ten_runs_tell_the_noise() {
    let level: Level = |rng| (0.005 * normal(rng)).exp();
    let found = (0..300)
        .filter(|seed| said(&runs(*seed, 12, 30, Noise::Quiet(0.02), level, 1.05)) == Verdict::Worse)
        .count();
    assert!(found >= 270, "{found} of 300");
}
