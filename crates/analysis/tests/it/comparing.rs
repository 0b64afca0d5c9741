use plimsoll_analysis::{Verdict, compare};
use plimsoll_model::Run;

use crate::made_up::{Times, add_loaded, add_trial, empty_run, slug};

/// Two lanes with two arms each, whose true cold starts stand in this ratio.
fn run_with_ratio(seed: u64, ratio: f64) -> Run {
    let mut run = empty_run(&["docker", "wasmtime"], &["a", "b"]);
    run.plan.seed = seed;
    let mut times = Times::seeded(seed);
    for _ in 0..15 {
        for cell in 0..4 {
            let truth = if cell < 2 { 1e8 } else { 1e8 * ratio };
            let cold_start = times.around(truth);
            add_trial(&mut run, cell, cold_start);
        }
    }
    run
}

#[test]
fn a_lane_far_faster_than_the_baseline_is_called_better() {
    let found = compare(&run_with_ratio(1, 0.01), &slug("docker"));
    let [comparison] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(comparison.verdict, Verdict::Better);
    assert_eq!(comparison.n, [30, 30]);
    assert!(comparison.interval.unwrap().contains(0.01), "{comparison:?}");
    assert!((comparison.effect + 1.0).abs() < f64::EPSILON);
    assert!(comparison.floor.unwrap() < 1.5);
}

#[test]
fn a_lane_far_slower_than_the_baseline_is_called_worse() {
    let found = compare(&run_with_ratio(1, 20.0), &slug("docker"));
    assert_eq!(found.first().unwrap().verdict, Verdict::Worse);
}

#[test]
fn lanes_that_are_the_same_are_called_different_no_more_often_than_the_level_says() {
    let called = (0..200)
        .filter(|seed| {
            let found = compare(&run_with_ratio(*seed, 1.0), &slug("docker"));
            found.first().unwrap().verdict.is_called()
        })
        .count();
    assert!(called <= 10, "{called} of 200 at a level of 5 %");
}

#[test]
fn without_arms_the_noise_floor_is_not_measured() {
    let mut run = empty_run(&["docker", "native"], &["a"]);
    let mut times = Times::seeded(4);
    for _ in 0..15 {
        let (slow, fast) = (times.around(3e8), times.around(3e6));
        add_trial(&mut run, 0, slow);
        add_trial(&mut run, 1, fast);
    }
    let found = compare(&run, &slug("docker"));
    let comparison = found.first().unwrap();
    assert_eq!(comparison.verdict, Verdict::NoiseFloorNotMeasured);
    assert!(comparison.interval.is_ok() && comparison.floor.is_none());
}

#[test]
fn nine_trials_give_a_ratio_without_an_interval() {
    let mut run = empty_run(&["docker", "native"], &["a"]);
    for at in 0..9 {
        add_trial(&mut run, 0, 1_000 + at);
        add_trial(&mut run, 1, 100 + at);
    }
    let found = compare(&run, &slug("docker"));
    let comparison = found.first().unwrap();
    assert_eq!(comparison.verdict, Verdict::TooFew);
    assert!(comparison.interval.is_err() && (comparison.ratio - 104.0 / 1_004.0).abs() < 1e-9);
}

#[test]
fn a_lane_without_a_single_good_trial_is_left_out() {
    let mut run = empty_run(&["docker", "native"], &["a"]);
    add_trial(&mut run, 0, 1_000);
    assert_eq!(compare(&run, &slug("docker")), []);
    assert_eq!(compare(&run, &slug("absent")), []);
}

#[test]
fn latency_is_compared_by_trials_however_many_requests_there_were() {
    let mut run = empty_run(&["docker", "wasmtime"], &["a"]);
    let mut times = Times::seeded(8);
    for _ in 0..3 {
        for (cell, truth) in [(0, 2e6), (1, 1e6)] {
            let latencies: Vec<u64> = (0..1_000).map(|_| times.around(truth)).collect();
            add_loaded(&mut run, cell, None, &latencies);
        }
    }
    let found = compare(&run, &slug("docker"));
    let p99 = found.iter().find(|found| found.figure.percentile_milli == Some(990)).unwrap();
    assert_eq!(p99.verdict, Verdict::TooFew);
    assert!((p99.ratio - 0.5).abs() < 0.1, "{p99:?}");
    assert_eq!(p99.n, [3, 3]);
}
