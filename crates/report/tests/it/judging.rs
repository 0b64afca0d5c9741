//! The verdict in a sentence.

use plimsoll_model::{Failure, FailureKind, Outcome, Phase, Run};
use plimsoll_report::{Report, Sentence, Sure, Topic, verdict_of, verdicts};

use crate::made_up::{case, describe, run, slug};

fn told(run: &Run) -> String {
    let told = |found: Sentence| {
        let clauses = found
            .clauses
            .iter()
            .map(|clause| format!("  {:?} {:?}: {}\n", clause.about, clause.sure, clause.text));
        format!("{:?}: {}\n{}", found.sure, found.text, clauses.collect::<String>())
    };
    verdicts(&Report::of(run)).into_iter().map(told).collect()
}

/// No word calls a difference.
fn calls_nothing(text: &str) -> bool {
    !["faster", "sooner", "slower", "better", "worse"].iter().any(|word| text.contains(word))
}

#[test]
fn without_a_noise_floor_the_ratio_stands_with_its_interval_and_nothing_is_called() {
    let text = told(&run(&["a"]));
    assert!(calls_nothing(&text) && text.contains("noise floor not measured"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn beyond_the_noise_floor_a_difference_is_called() {
    let text = told(&run(&["a", "b"]));
    assert!(text.contains("sooner"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn with_too_few_trials_nothing_is_called() {
    let mut run = run(&["a", "b"]);
    run.trials.retain(|trial| trial.round < 2);
    let text = told(&run);
    assert!(calls_nothing(&text) && text.contains("too few trials"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_lane_that_failed_is_named_with_the_reason() {
    let mut run = run(&["a"]);
    let wasmtime = |run: &Run, cell: u32| run.row_of(cell).unwrap().lane == slug("wasmtime");
    for at in 0..run.trials.len() {
        if wasmtime(&run, run.trials[at].cell) {
            let message = "the component trapped: unreachable".to_owned();
            let failure = Failure { phase: Phase::Ready, kind: FailureKind::Trapped, message, diff: None };
            run.trials[at].outcome = Outcome::Failed { failure };
        }
    }
    let report = Report::of(&run);
    let found = verdict_of(&report, &case("hello"), &slug("wasmtime")).unwrap();
    assert_eq!(found.sure, Sure::NotMeasured);
    assert_eq!(
        found.text,
        "`hello` could not be compared: no trial of lane `wasmtime` has passed, the first one: the component \
         trapped: unreachable."
    );
}

#[test]
fn any_two_lanes_can_be_set_against_each_other() {
    let run = run(&["a", "b"]);
    let report = Report::against(&run, Some(slug("native")));
    let found = verdict_of(&report, &case("json-api"), &slug("wasmtime-process")).unwrap();
    assert!(found.text.starts_with("`json-api` answers ") && found.text.contains("as a new native process"));
    assert!(found.clauses.iter().any(|clause| clause.about == Topic::Size && clause.sure == Sure::Exact));
    assert_eq!(verdict_of(&report, &case("json-api"), &slug("native")), None);
}

#[test]
fn without_the_usual_lanes_the_first_two_are_compared() {
    let mut run = run(&["a"]);
    run.plan.lanes = ["native", "wasmtime-process"].map(|lane| describe(lane).spec).to_vec();
    let found = verdicts(&Report::of(&run));
    assert_eq!((&found[0].baseline, &found[0].lane), (&slug("native"), &slug("wasmtime-process")));
    run.plan.lanes.truncate(1);
    assert_eq!(verdicts(&Report::of(&run)), []);
}
