use plimsoll_analysis::{Advice, DriftWith, summarise, warnings};
use plimsoll_model::{
    Capacity, Entry, Failure, FailureKind, LoadRecord, Outcome, Phase, Preparation, Purpose, Reading, Run,
    Series, Task,
};

use crate::made_up::{Times, add_trial, empty_run, slug};

fn steady(n: usize) -> Run {
    let mut run = empty_run(&["docker"], &["a"]);
    let mut times = Times::seeded(6);
    for _ in 0..n {
        let cold_start = times.around(1e8);
        add_trial(&mut run, 0, cold_start);
    }
    run
}

fn texts(run: &Run) -> Vec<String> {
    warnings(run, &summarise(run)).iter().map(ToString::to_string).collect()
}

#[test]
fn a_quiet_run_has_no_warnings() {
    assert_eq!(texts(&steady(15)), Vec::<String>::new());
}

#[test]
fn cold_starts_that_rise_over_the_run_are_called_drift() {
    let mut run = empty_run(&["docker"], &["a"]);
    for at in 0..15 {
        add_trial(&mut run, 0, 1_000_000 + 50_000 * at);
    }
    let found = warnings(&run, &summarise(&run));
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert!(matches!(warning.advice, Advice::Drift { with: DriftWith::Position, n: 15, .. }));
    assert!(warning.to_string().starts_with("json-api, docker: its cold start rises with the position"));
}

#[test]
fn failed_trials_and_invalid_loads_are_counted_with_the_first_reason() {
    let mut run = steady(15);
    let failure = Failure {
        phase: Phase::Ready,
        kind: FailureKind::WrongOutput,
        message: "answered 500".to_owned(),
        diff: None,
    };
    add_trial(&mut run, 0, 1).outcome = Outcome::Failed { failure: failure.clone() };
    let late = add_trial(&mut run, 0, 1_000);
    (late.task, late.outcome) = (Task::Load, Outcome::Invalid { reason: "lag".to_owned() });
    let warm_up = add_trial(&mut run, 0, 1);
    (warm_up.purpose, warm_up.outcome) = (Purpose::WarmUp, Outcome::Failed { failure });
    assert_eq!(
        texts(&run),
        [
            "json-api, docker: 1 of 17 trials failed and are in no figure; the first one in phase `ready`: \
             answered 500",
            "json-api, docker: 1 of 1 loads were invalid and are in no figure; the first one: lag",
        ]
    );
}

#[test]
fn a_load_that_could_not_be_measured_is_told_where_nothing_else_tells_it() {
    let mut run = steady(15);
    let ended = |phase| Outcome::Failed {
        failure: Failure {
            phase,
            kind: FailureKind::Exited,
            message: "it exited with code 3 under load".to_owned(),
            diff: None,
        },
    };
    let burst = add_trial(&mut run, 0, 1);
    (burst.purpose, burst.task, burst.outcome) = (Purpose::Capacity, Task::Load, ended(Phase::Serve));
    assert_eq!(
        texts(&run),
        [
            "json-api, docker: its load could not be measured, so that nothing is said of how it serves: the trial that \
          sought its rate failed: it exited with code 3 under load"
        ]
    );
    let load = LoadRecord {
        workload: slug("json-api"),
        point: 0,
        rate_milli: 1_000_000,
        chosen: "as the plan asks".to_owned(),
        capacities: Vec::new(),
    };
    run.loads.push(load);
    assert!(texts(&run)[0].contains("what it can serve is unknown"), "{:?}", texts(&run));
    add_trial(&mut run, 0, 1).outcome = ended(Phase::Serve);
    let [failed] = &texts(&run)[..] else { panic!("{:?}", texts(&run)) };
    assert!(failed.contains("1 of 16 trials failed"), "{failed}");
}

#[test]
fn stops_that_took_force_are_counted() {
    let mut run = steady(15);
    let series = Series {
        metric: slug("stop_time"),
        phase: Phase::Stop,
        subject: None,
        request: None,
        method: "made up".into(),
    };
    let (stop, _) = run.intern(&series);
    for (at, trial) in run.trials.iter_mut().enumerate() {
        let reading = if at < 7 {
            Reading::unavailable("it ignores SIGTERM and was killed at once")
        } else {
            Reading::Value(1)
        };
        trial.samples.push(Entry(stop, reading));
    }
    let [told] = &texts(&run)[..] else { panic!("{:?}", texts(&run)) };
    assert!(
        told.starts_with(
            "json-api, docker: in 7 of 15 stops it ignores SIGTERM and was killed at once: such"
        ),
        "{told}"
    );
}

#[test]
fn a_killed_run_says_how_far_it_came() {
    let mut run = steady(7);
    run.end = None;
    assert_eq!(texts(&run), ["the run has no end, it was killed or still goes on: 7 of 12 trials are here"]);
}

#[test]
fn load_near_and_beyond_the_capacity_is_named() {
    for (utilisation, expected) in [(500, None), (800, Some("waiting in line")), (1_200, Some("120 %"))] {
        let mut run = steady(15);
        run.loads.push(LoadRecord {
            workload: slug("json-api"),
            point: 0,
            rate_milli: 1_000_000,
            chosen: "asked for".to_owned(),
            capacities: vec![Capacity {
                cell: 0,
                capacity_milli: Reading::Value(2_000_000),
                utilisation_milli: Reading::Value(utilisation),
            }],
        });
        let found = texts(&run);
        assert_eq!(!found.is_empty(), expected.is_some(), "{found:?}");
        assert!(found.iter().all(|text| text.contains(expected.unwrap_or_default())), "{found:?}");
    }
}

#[test]
fn a_first_trial_far_out_is_named_and_too_few_trials_are() {
    let mut run = empty_run(&["docker"], &["a"]);
    add_trial(&mut run, 0, 900_000_000);
    for at in 0..3 {
        add_trial(&mut run, 0, 100_000_000 + at);
    }
    assert_eq!(
        texts(&run),
        ["json-api, docker: 4 cold starts passed, an interval needs 6: raise `--trials`"]
    );
    for at in 0..4 {
        add_trial(&mut run, 0, 100_000_000 - at);
    }
    assert!(texts(&run).iter().any(|text| text.contains("the first trial took 9.0 times the median")));
}

#[test]
fn the_machine_is_described_where_it_matters() {
    let mut run = steady(15);
    run.site.host.virtualised = Some("KVM".to_owned());
    run.site.host.load_1m_milli = Some(1_500);
    run.site.pinning.shared = Some("one CPU only".to_owned());
    let found = texts(&run);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().any(|text| text.contains("load average 1.50 on 2 CPUs")));
}

#[test]
fn what_the_machine_went_through_is_told() {
    let mut run = steady(20);
    run.site.host.cpus = 2;
    let traced = [("trial_time", None), ("machine_stolen", None), ("core_frequency", None)];
    let mut series = traced.map(|(metric, subject)| trace_series(&mut run, metric, subject)).to_vec();
    series.push(trace_series(&mut run, "harness_faults", Some("major")));
    for (at, trial) in run.trials.iter_mut().enumerate() {
        let frequency = if at < 5 { 2_000_000_000_000 } else { 3_000_000_000_000 };
        let values = [100_000_000, 5_000_000, frequency, u64::from(at % 4 == 0)];
        trial.samples.extend(series.iter().zip(values).map(|(at, value)| Entry(*at, Reading::Value(value))));
    }
    assert_eq!(
        texts(&run),
        [
            "during the trials the host of this virtual machine gave 2.5 % of its cores' time to others: figures of \
             this run stray more than its intervals say; run again when the host is quieter",
            "in 5 of 20 trials the cores' clock was below 90 % of its fastest (2.00 to 3.00 GHz): heat or a governor \
             that saves power is part of the figures; set the governor `performance` and let it cool",
            "in 5 of 20 trials the measuring process waited for a disk (major page faults): memory is short; end \
             what else runs here",
        ]
    );
    // One trial in twenty with each of them is not worth a word.
    for trial in run.trials.iter_mut().skip(1) {
        for entry in trial.samples.iter_mut().filter(|entry| series.contains(&entry.0)) {
            let quiet = [100_000_000, 0, 3_000_000_000_000, 0];
            let place = series.iter().position(|at| *at == entry.0).unwrap();
            entry.1 = Reading::Value(quiet[place]);
        }
    }
    assert_eq!(texts(&run), Vec::<String>::new());
}

fn trace_series(run: &mut Run, metric: &str, subject: Option<&str>) -> u32 {
    let series = Series {
        metric: slug(metric),
        phase: Phase::Stop,
        subject: subject.map(slug),
        request: None,
        method: "made up".into(),
    };
    run.intern(&series).0
}

#[test]
fn what_concerns_a_lane_is_said_once_of_all_its_arms() {
    let mut run = empty_run(&["docker", "native"], &["a", "b"]);
    let failure = |message: &str| Failure {
        phase: Phase::Ready,
        kind: FailureKind::WrongOutput,
        message: message.to_owned(),
        diff: None,
    };
    for at in 0..4 {
        let docker = add_trial(&mut run, at % 2, 1_000_000 + u64::from(at));
        docker.outcome = Outcome::Failed { failure: failure("answered 500") };
        add_trial(&mut run, at % 2, 1_000_000 + u64::from(at));
    }
    run.preparations = vec![Preparation {
        row: 1,
        failure: Some(failure("`x.wasm` is cut short")),
        digests: std::collections::BTreeMap::new(),
        samples: Vec::new(),
    }];
    let full = |cell| Capacity {
        cell,
        capacity_milli: Reading::Value(1_000),
        utilisation_milli: Reading::Value(1_500),
    };
    run.loads.push(LoadRecord {
        workload: slug("json-api"),
        point: 0,
        rate_milli: 1_500,
        chosen: "asked for".to_owned(),
        capacities: vec![full(0), full(1)],
    });
    let found = texts(&run);
    let begins = [
        "json-api, native: could not be prepared and was left out: `x.wasm` is cut short",
        "json-api, docker: 4 of 8 trials failed and are in no figure; the first one in phase `ready`: answered 500",
        "json-api, docker: loaded with 150 % of what it can serve",
        "json-api, docker: 4 cold starts passed, an interval needs 6",
    ];
    assert_eq!(found.len(), begins.len(), "{found:?}");
    assert!(found.iter().zip(begins).all(|(text, begin)| text.starts_with(begin)), "{found:?}");
}

#[test]
fn a_drift_is_that_of_the_lane_over_the_trials_of_all_its_arms() {
    let mut run = empty_run(&["docker"], &["a", "b"]);
    for at in 0..24_u32 {
        add_trial(&mut run, at % 2, 1_000_000 + 50_000 * u64::from(at));
    }
    let found = warnings(&run, &summarise(&run));
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert!(matches!(warning.advice, Advice::Drift { with: DriftWith::Position, n: 24, .. }), "{found:?}");
}
