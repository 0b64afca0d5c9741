use std::collections::BTreeMap;

use plimsoll_analysis::{FigureOutcome, TooFew, names, summarise, summarise_arms};
use plimsoll_model::{
    Capacity, Entry, LoadRecord, Outcome, Phase, Preparation, Purpose, Reading, Run, Series,
};

use crate::made_up::{add_loaded, add_trial, empty_run, slug};

#[test]
fn only_trials_that_count_and_went_well_are_part_of_a_figure() {
    let mut run = empty_run(&["docker"], &["a"]);
    for at in 0..7 {
        add_trial(&mut run, 0, 100 + at);
    }
    add_trial(&mut run, 0, 9_999).purpose = Purpose::WarmUp;
    add_trial(&mut run, 0, 9_999).purpose = Purpose::Capacity;
    add_trial(&mut run, 0, 9_999).outcome = Outcome::Interrupted;
    let summaries = summarise(&run);
    let cell = summaries.first().unwrap();
    let cold_start = cell.cold_start().unwrap();
    assert_eq!(cold_start.n, 7);
    assert!((cold_start.median - 103.0).abs() < f64::EPSILON && cold_start.max < 107.0);
    assert_eq!((cell.trials.passed, cell.trials.invalid, cell.trials.interrupted), (7, 0, 1));
    assert_eq!(cell.phases.first().unwrap().phase, Phase::Ready);
}

#[test]
fn an_invalid_load_takes_nothing_from_the_start_before_it() {
    let mut run = empty_run(&["docker"], &["a"]);
    let rate = Series {
        metric: slug("achieved_rate"),
        phase: Phase::Serve,
        subject: None,
        request: None,
        method: "load generator".into(),
    };
    let (rate, _) = run.intern(&rate);
    for _ in 0..3 {
        add_loaded(&mut run, 0, None, &[5_000; 300]);
    }
    for trial in &mut run.trials {
        trial.samples.push(Entry(rate, Reading::Value(7)));
    }
    run.trials[1].outcome = Outcome::Invalid { reason: "late".to_owned() };
    let cell = &summarise(&run)[0];
    assert_eq!((cell.trials.loaded, cell.trials.invalid), (2, 1));
    assert_eq!(cell.cold_start().unwrap().n, 3);
    let rates = cell.figure(&slug("achieved_rate"), None, None).unwrap();
    assert_eq!(rates.estimate().unwrap().n, 2);
    assert_eq!(cell.latency(&names::LATENCY, None).unwrap().count, 600);
    assert!(cell.phases.iter().all(|found| found.duration.n == 3));
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

/// Two lanes in two arms: prepared once for both, 7 and 6 cold starts in the arms of `docker`.
fn in_two_arms() -> Run {
    let mut run = empty_run(&["docker", "native"], &["a", "b"]);
    let size = Series {
        metric: names::WIRE_SIZE,
        phase: Phase::Prepare,
        subject: None,
        request: None,
        method: "made up".into(),
    };
    let (size, _) = run.intern(&size);
    let prepared = |row: u32| Preparation {
        row,
        failure: None,
        digests: BTreeMap::new(),
        samples: vec![Entry(size, Reading::Value(141_000 + u64::from(row)))],
    };
    run.preparations = (0..2).map(prepared).collect();
    for at in 0..13 {
        add_trial(&mut run, u32::from(at >= 7), 100 + at);
    }
    run
}

#[test]
fn the_arms_of_a_lane_are_summarised_together_and_each_by_itself_where_it_is_wished() {
    let run = in_two_arms();
    let lanes = summarise(&run);
    assert_eq!(lanes.iter().map(|lane| lane.lane.as_str()).collect::<Vec<_>>(), ["docker", "native"]);
    assert_eq!((&lanes[0].cells, &lanes[0].arm, lanes[0].trials.passed), (&vec![0, 1], &None, 13));
    let start = lanes[0].cold_start().unwrap();
    assert!(start.n == 13 && (start.median - 106.0).abs() < f64::EPSILON && start.max < 113.0, "{start:?}");
    let size = lanes[0].figure(&names::WIRE_SIZE, None, None).unwrap().estimate().unwrap();
    assert_eq!(size.n, 1, "it was prepared once for both arms");

    let arms = summarise_arms(&run);
    let told: Vec<_> = arms.iter().map(|arm| (arm.cells[0], arm.arm.clone(), arm.trials.passed)).collect();
    let [a, b] = ["a", "b"].map(|arm| Some(slug(arm)));
    assert_eq!(told, [(0, a.clone(), 7), (1, b.clone(), 6), (2, a, 0), (3, b, 0)]);
}

#[test]
fn with_one_arm_a_lane_is_that_arm() {
    let mut run = empty_run(&["docker", "native"], &["a"]);
    add_loaded(&mut run, 0, Some("product"), &[1_000; 200]);
    assert_eq!(summarise(&run), summarise_arms(&run));
}

#[test]
fn a_lane_has_one_capacity_however_many_bursts_its_arms_had() {
    let mut run = in_two_arms();
    let burst = |cell, capacity_milli: Reading, utilisation_milli| Capacity {
        cell,
        capacity_milli,
        utilisation_milli: Reading::Value(utilisation_milli),
    };
    run.loads.push(LoadRecord {
        workload: slug("json-api"),
        point: 0,
        rate_milli: 1_000,
        chosen: "made up".to_owned(),
        capacities: vec![
            burst(0, Reading::Value(2_000), 500),
            burst(1, Reading::Value(2_500), 400),
            burst(2, Reading::unavailable("refused"), 250),
            burst(3, Reading::Value(4_000), 250),
        ],
    });
    let lanes = summarise(&run);
    let told = |at: usize| [&lanes[at].capacity_milli, &lanes[at].utilisation_milli].map(Clone::clone);
    assert_eq!(told(0), [Some(Reading::Value(2_250)), Some(Reading::Value(450))]);
    assert_eq!(told(1), [Some(Reading::Value(4_000)), Some(Reading::Value(250))]);
    run.loads[0].capacities[3].capacity_milli = Reading::unavailable("gone");
    assert_eq!(summarise(&run)[1].capacity_milli, Some(Reading::unavailable("refused")));
}
