use plimsoll_analysis::{FigureOutcome, TooFew, names, summarise};
use plimsoll_model::{Entry, Outcome, Phase, Reading, Series, TrialKind};

use crate::made_up::{add_loaded, add_trial, empty_run, slug};

#[test]
fn only_trials_that_count_and_passed_are_part_of_a_figure() {
    let mut run = empty_run(&["docker"], &["a"]);
    for at in 0..7 {
        add_trial(&mut run, 0, 100 + at);
    }
    add_trial(&mut run, 0, 9_999).kind = TrialKind::WarmUp;
    add_trial(&mut run, 0, 9_999).kind = TrialKind::Capacity;
    add_trial(&mut run, 0, 9_999).outcome = Outcome::Invalid { reason: "late".to_owned() };
    add_trial(&mut run, 0, 9_999).outcome = Outcome::Interrupted;
    let summaries = summarise(&run);
    let cell = summaries.first().unwrap();
    let cold_start = cell.cold_start().unwrap();
    assert_eq!(cold_start.n, 7);
    assert!((cold_start.median - 103.0).abs() < f64::EPSILON && cold_start.max < 107.0);
    assert_eq!((cell.trials.passed, cell.trials.invalid, cell.trials.interrupted), (7, 1, 1));
    assert_eq!(cell.phases.first().unwrap().phase, Phase::Ready);
}

#[test]
fn a_figure_that_no_trial_could_take_keeps_its_reason() {
    let mut run = empty_run(&["docker"], &["a"]);
    let pss = Series {
        metric: names::PSS,
        phase: Phase::Ready,
        subject: Some(names::INSTANCE),
        request: None,
        method: "smaps_rollup".into(),
    };
    let (pss, _) = run.intern(&pss);
    add_trial(&mut run, 0, 5).samples.push(Entry(pss, Reading::unavailable("not root")));
    let summaries = summarise(&run);
    let figure = summaries.first().unwrap().figure(&names::PSS, None, None).unwrap();
    assert_eq!(figure.outcome, FigureOutcome::Unavailable("not root".to_owned()));
}

#[test]
fn requests_are_merged_and_also_told_apart() {
    let mut run = empty_run(&["docker"], &["a"]);
    add_loaded(&mut run, 0, Some("product"), &[1_000; 200]);
    add_loaded(&mut run, 0, Some("quote"), &[9_000; 200]);
    let summaries = summarise(&run);
    let cell = summaries.first().unwrap();
    let all = cell.latency(&names::LATENCY, None).unwrap();
    assert_eq!((all.count, all.trials), (400, 2));
    assert_eq!(all.p999, Err(TooFew { have: 400, need: 2_995 }));
    assert!(all.p99.as_ref().unwrap().value_ns >= 9_000);
    let product = cell.latency(&names::LATENCY, Some(&slug("product"))).unwrap();
    assert_eq!((product.count, product.p50.as_ref().unwrap().value_ns), (200, 1_000));
    assert_eq!(product.p99, Err(TooFew { have: 200, need: 299 }));
}

#[test]
fn a_histogram_that_can_not_be_read_is_left_out_and_named() {
    let mut run = empty_run(&["docker"], &["a"]);
    add_loaded(&mut run, 0, None, &[1_000; 300]);
    add_loaded(&mut run, 0, None, &[2_000; 300]);
    run.trials.last_mut().unwrap().histograms.first_mut().unwrap().count = 7;
    let summaries = summarise(&run);
    let latency = summaries.first().unwrap().latency(&names::LATENCY, None).unwrap();
    assert_eq!((latency.count, latency.max_ns), (300, 1_000));
    assert!(latency.unreadable.first().unwrap().contains("trial 1: it holds 300 values, but 7"));
}
