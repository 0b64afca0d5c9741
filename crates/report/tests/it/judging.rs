//! The verdict in sentences.

use plimsoll_analysis::{Interval, Verdict, names};
use plimsoll_model::{Aim, Failure, FailureKind, Outcome, Phase, Reading, Run, Series, Variant};
use plimsoll_report::document::Block;
use plimsoll_report::{Headline, Illustrated, Report, Sentence, Sure, Topic, verdict_of, verdicts};

use crate::made_up::{case, describe, run, slug};

fn told(run: &Run) -> String {
    let line = |Headline { big, second, chip, .. }: &Headline| format!("{big}\n      {second} · {chip}\n");
    let told = |found: Sentence| {
        let clauses =
            found.clauses.iter().map(|clause| format!("  {:?}: {}", clause.about, line(&clause.said)));
        format!("{} ({:?})\n{}", found.title, found.sure, clauses.collect::<String>())
    };
    verdicts(&Report::of(run)).into_iter().map(told).collect()
}

fn over_all(report: &Report<'_>) -> Vec<Headline> {
    let sections = report.document(Illustrated::Left).sections;
    let blocks =
        sections.into_iter().filter(|section| section.id == "verdict").flat_map(|section| section.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Headline(titled) => Some(titled.of),
            _ => None,
        })
        .collect()
}

#[test]
fn without_a_noise_floor_it_only_looks_so() {
    let text = told(&run(&["a"]));
    assert!(text.contains("looks about") && text.contains("not checked against noise"), "{text}");
    assert!(!text.contains("starts ") && !text.contains("finishes "), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn beyond_the_noise_floor_a_difference_is_called_like_for_like_first() {
    let text = told(&run(&["a", "b"]));
    assert!(text.starts_with("`hello`: `wasmtime-process` against `docker`, like for like"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn with_too_few_trials_there_is_nothing_to_say() {
    let mut run = run(&["a", "b"]);
    run.trials.retain(|trial| trial.round < 2);
    let text = told(&run);
    assert!(
        text.contains("Not enough trials to say.\n      3 of the 10 needed; 1 of 8 trials failed"),
        "{text}"
    );
    insta::assert_snapshot!(text);
}

/// A run in which every trial of this lane failed.
fn without(lane: &str) -> Run {
    let mut run = run(&["a"]);
    let of_lane = |run: &Run, cell: u32| run.row_of(cell).unwrap().lane == slug(lane);
    for at in 0..run.trials.len() {
        if of_lane(&run, run.trials[at].cell) {
            let message = "the component trapped: unreachable".to_owned();
            let failure = Failure { phase: Phase::Ready, kind: FailureKind::Trapped, message, diff: None };
            run.trials[at].outcome = Outcome::Failed { failure };
        }
    }
    run
}

#[test]
fn a_lane_that_never_answered_is_named_with_the_first_failure() {
    let run = without("wasmtime");
    let report = Report::of(&run);
    let said = |workload: &str| {
        let found = verdict_of(&report, &case(workload), &slug("wasmtime")).unwrap();
        let first = found.clauses.first().unwrap().said.clone();
        assert_eq!(
            (first.sure, first.second.as_str()),
            (Sure::NotMeasured, "the component trapped: unreachable")
        );
        first.big
    };
    assert_eq!(said("hello"), "No result: Wasm never finished.");
    assert_eq!(said("json-api"), "No result: Wasm never answered.");
}

#[test]
fn any_two_lanes_can_be_set_against_each_other() {
    let run = run(&["a", "b"]);
    let report = Report::against(&run, Some(slug("native")));
    let found = verdict_of(&report, &case("json-api"), &slug("wasmtime-process")).unwrap();
    assert!(
        found.text.starts_with("Plain processes start 4.4 times faster than Wasm processes."),
        "{}",
        found.text
    );
    assert!(
        found.clauses.iter().any(|clause| clause.about == Topic::Size && clause.said.sure == Sure::Exact)
    );
    assert_eq!(verdict_of(&report, &case("json-api"), &slug("native")), None);
}

#[test]
fn two_lanes_of_one_side_are_told_apart() {
    let run = run(&["a", "b"]);
    let report = Report::of(&run);
    let found = verdict_of(&report, &case("json-api"), &slug("docker+hostnet")).unwrap();
    assert!(found.text.starts_with("`docker+hostnet` starts 38 % faster than containers."), "{}", found.text);
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

#[test]
fn older_runs_do_not_say_what_is_like_for_like() {
    let mut run = run(&["a", "b"]);
    run.lanes.iter_mut().for_each(|lane| lane.own_process = false);
    let found = verdicts(&Report::of(&run));
    let lanes: Vec<&str> = found.iter().map(|found| found.lane.as_str()).collect();
    assert_eq!(lanes, ["wasmtime", "wasmtime"]);
    assert!(!found[0].title.contains("like for like"));
}

#[test]
fn over_all_workloads_there_is_a_line_for_each_pair() {
    let run = run(&["a", "b"]);
    let lines = over_all(&Report::of(&run));
    let told: Vec<String> =
        lines.iter().map(|line| format!("{}\n{} · {}", line.big, line.second, line.chip)).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_version_before_a_change_is_no_workload_more() {
    let mut run = run(&["a", "b"]);
    let before = case("hello").in_variant(Variant::BEFORE);
    run.plan.variants.push(Variant { slug: Variant::BEFORE, of: None });
    for row in run.rows.iter_mut().filter(|row| row.case == case("hello")) {
        row.case = before.clone();
    }
    let record = run.workloads.iter_mut().find(|record| record.is_of(&case("hello"))).unwrap();
    record.variant = before.variant;
    let report = Report::of(&run);
    assert!(over_all(&report).is_empty(), "one workload is left, and its own verdict says all");
    let (_, rows) = at_a_glance(&report);
    assert!(rows.iter().all(|row| row.contains("json-api")) && !rows.is_empty(), "{rows:?}");
}

#[test]
fn a_machine_whose_noise_hides_a_difference_says_so_on_top() {
    let run = run(&["a", "b"]);
    let mut report = Report::of(&run);
    let is_start = |metric| metric == names::COLD_START;
    let noisy = report.comparisons.iter_mut().find(|found| is_start(found.figure.metric.clone())).unwrap();
    (noisy.floor, noisy.verdict) = (Some(49.0), Verdict::TooNoisy);
    let first = over_all(&report).remove(0);
    assert_eq!(first.big, "This machine was too noisy: run again.");
    assert!(
        first
            .second
            .starts_with("noise alone may reach 49 times in the cold start of `hello`; it hides 1 of ")
    );
    assert_eq!(first.chip, "close other programs, run again");
    // A run that is quiet has no such line.
    assert!(
        over_all(&Report::of(&run))[0].big.starts_with("Wasm processes start faster in 2 of 2 workloads")
    );
}

/// A run in which what is started beside each container holds more than all else.
fn with_a_large_shim(arms: &[&str]) -> Run {
    let mut run = run(arms);
    let of_shim = |series: &Series| series.metric == names::PSS && series.subject == Some(slug("shim"));
    let shim = run.series.iter().position(of_shim).unwrap() as u32;
    for entry in run.trials.iter_mut().flat_map(|trial| &mut trial.samples).filter(|entry| entry.0 == shim) {
        entry.1 = Reading::Value(20_000_000);
    }
    run
}

#[test]
fn memory_is_told_both_ways_where_helpers_turn_it_round() {
    let run = with_a_large_shim(&["a", "b"]);
    let report = Report::of(&run);
    let found = verdict_of(&report, &case("json-api"), &slug("wasmtime-process")).unwrap();
    let memory = found.clauses.into_iter().find(|clause| clause.about == Topic::Memory).unwrap().said;
    assert_eq!(
        memory.big,
        "Alone, the Wasm process uses 6.2 times more; counting Docker's helpers, a third less."
    );
    assert_eq!(
        memory.second,
        "14.4 against 2.31 MiB when ready; 6.22–6.27 times; with shim, 14.4 against 21.4 MiB"
    );
}

/// The first line of the pair of `json-api` in `wasmtime` and `docker`, whose cold start came out so.
fn started(ratio: f64, [low, high]: [f64; 2], floor: Option<f64>, verdict: Verdict) -> Headline {
    let run = run(&["a", "b"]);
    let mut report = Report::of(&run);
    let of = |found: &&mut plimsoll_analysis::Comparison| {
        found.case == case("json-api")
            && found.lane == slug("wasmtime")
            && found.figure.metric == names::COLD_START
    };
    let found = report.comparisons.iter_mut().find(of).unwrap();
    (found.ratio, found.interval, found.floor) = (ratio, Ok(Interval { low, high }), floor);
    (found.verdict, found.chance) = (verdict, Some(0.04));
    verdict_of(&report, &case("json-api"), &slug("wasmtime")).unwrap().clauses.remove(0).said
}

#[test]
fn each_state_has_words_of_its_own() {
    let said = |found: Headline| format!("{} | {} | {}", found.big, found.second, found.chip);
    let [near, far] = [[1.0 / 4.71, 1.0 / 0.81], [1.0 / 30.0, 1.0 / 9.0]];
    let all = [
        started(1.0 / 1_108.0, [1.0 / 1_193.0, 1.0 / 1_066.0], Some(1.3), Verdict::Better),
        started(1.18, [1.15, 1.21], Some(1.1), Verdict::Worse),
        started(1.01, [0.97, 1.04], Some(1.05), Verdict::Equal),
        started(1.0 / 2.29, near, Some(1.9), Verdict::TooClose),
        started(1.2, [1.05, 1.4], Some(1.1), Verdict::TooClose),
        started(1.0 / 18.0, far, Some(49.0), Verdict::TooNoisy),
        started(1.0 / 1_230.0, [0.0008, 0.0009], None, Verdict::NoiseFloorNotMeasured),
        started(1.01, [0.97, 1.04], None, Verdict::NoiseFloorNotMeasured),
        started(1.0 / 2.29, near, None, Verdict::NoiseFloorNotMeasured),
    ];
    insta::assert_snapshot!(all.map(said).join("\n"));
}

#[test]
fn what_noise_may_reach_is_not_said_to_have_been_reached() {
    let run = run(&["a", "b"]);
    let report = Report::of(&run);
    let document = report.document(Illustrated::Left);
    let floors =
        document.remarks().find(|remarks| remarks.heading == "Noise floor").unwrap().lines.join("\n");
    assert!(
        floors.contains("cold_start: noise alone may reach") || floors.contains("cold start: noise"),
        "{floors}"
    );
    assert!(!floors.contains("differed") && floors.contains("far end of a 99 % interval"), "{floors}");
}

/// The table over all workloads, each row in one line.
fn at_a_glance(report: &Report<'_>) -> (String, Vec<String>) {
    let document = report.document(Illustrated::Left);
    let table = document.tables().find(|table| table.heading == "At a glance").unwrap();
    let row = |row: &plimsoll_report::TableRow| {
        let told = row.entries.iter().map(|entry| format!("{} [{}]", entry.main, entry.beside));
        told.collect::<Vec<_>>().join(" | ")
    };
    (table.caption.clone(), table.rows.iter().map(row).collect())
}

#[test]
fn at_a_glance_like_for_like_stands_first_and_the_control_has_a_row() {
    let run = run(&["a", "b"]);
    let (caption, rows) = at_a_glance(&Report::of(&run));
    assert_eq!(
        caption,
        "Who wins against `docker`, lane by lane: `wasmtime-process` (like for like), `wasmtime`, `native` (like for like)"
    );
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn memory_that_only_looks_so_is_told_both_ways_too() {
    let run = with_a_large_shim(&["a"]);
    let report = Report::of(&run);
    let found = verdict_of(&report, &case("json-api"), &slug("wasmtime-process")).unwrap();
    let memory = found.clauses.into_iter().find(|clause| clause.about == Topic::Memory).unwrap().said;
    assert_eq!(
        memory.big,
        "Alone, the Wasm process seems to use 6.2 times more; counting helpers, a third less."
    );
}

#[test]
fn at_a_glance_memory_is_told_both_ways_where_helpers_turn_it_round() {
    let run = with_a_large_shim(&["a", "b"]);
    let (_, rows) = at_a_glance(&Report::of(&run));
    let row = rows.iter().find(|row| row.starts_with("json-api [wasmtime-process")).unwrap();
    assert!(row.contains("alone container, 6.25× less [beyond noise; with shim: Wasm, 1.48× less]"), "{row}");
}

#[test]
fn what_is_unequal_is_counted_as_it_is_listed() {
    let mut run = run(&["a"]);
    for lane in &mut run.lanes {
        lane.unequal = vec!["the same of all".to_owned()];
    }
    let document = Report::of(&run).document(Illustrated::Left);
    let lines =
        |heading: &str| document.remarks().find(|remarks| remarks.heading == heading).unwrap().lines.clone();
    let listed = lines("What is unequal").len();
    assert!(
        lines("What this does not claim")
            .join(" ")
            .contains(&format!("\"What is unequal\", in {listed} points"))
    );
}

/// A run of which these shares of loads in `docker`, and in the other lanes, are invalid, in twelfths.
fn with_invalid_loads([docker, others]: [u32; 2]) -> Run {
    let mut run = run(&["a", "b"]);
    let lanes: Vec<_> = run.trials.iter().map(|trial| run.row_of(trial.cell).unwrap().lane.clone()).collect();
    let mut seen = std::collections::HashMap::<_, u32>::new();
    for (trial, lane) in run.trials.iter_mut().zip(lanes).filter(|(trial, _)| trial.aim().is_loaded()) {
        let count = seen.entry(lane.clone()).or_default();
        *count += 1;
        if *count <= if lane == slug("docker") { docker } else { others } {
            trial.outcome = Outcome::Invalid { reason: format!("P99 of its lag is {count} µs") };
        }
    }
    run
}

#[test]
fn invalid_loads_are_added_up_over_all_rows_and_the_worst_is_named() {
    let run = with_invalid_loads([4, 1]);
    let report = Report::of(&run);
    let document = report.document(Illustrated::Left);
    let warnings = &document.remarks().find(|remarks| remarks.heading == "Warnings").unwrap().lines;
    let told = warnings.iter().find(|line| line.contains("loads")).unwrap();
    assert!(
        told.contains(
            "8 of 30 loads in 5 rows were invalid, and are in no figure; worst: `json-api` in `docker`, 4 of 6; the first one there: P99 of"
        ),
        "{told}"
    );
    let trust = document.sections.iter().flat_map(|section| &section.blocks).find_map(|block| match block {
        Block::Lead(lead) if lead.contains("trials passed") => Some(lead.clone()),
        _ => None,
    });
    assert!(trust.unwrap().ends_with(&format!("Warnings: {}.", warnings.len())));
}

#[test]
fn a_workload_that_lost_a_quarter_of_its_loads_is_told_before_the_verdict() {
    let banner = |shares: [u32; 2]| {
        let run = with_invalid_loads(shares);
        let document = Report::of(&run).document(Illustrated::Left);
        document.sections.into_iter().find(|section| section.id == "caution").map(|section| section.blocks)
    };
    assert_eq!(banner([2, 1]), None);
    let Some([Block::Banner(told)]) = banner([2, 2]).as_deref().map(|blocks| [blocks[0].clone()]) else {
        panic!()
    };
    assert!(told.of[0].starts_with("10 of 30 loads were invalid, in json-api: "), "{}", told.of[0]);
}

#[test]
fn a_service_that_fails_under_load_is_told_first_with_all_trials_that_failed() {
    let mut run = run(&["a"]);
    run.loads.clear();
    run.trials.retain(|trial| !trial.aim().is_loaded());
    let all = run.trials.len() + 1;
    let other = run.trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Failed { .. })).count();
    let of_service = |cell| run.row_of(cell).is_some_and(|row| row.case == case("json-api"));
    let mut burst = run.trials.iter().rfind(|trial| of_service(trial.cell)).unwrap().clone();
    (burst.purpose, burst.task) = (Aim::CAPACITY.purpose, Aim::CAPACITY.task);
    burst.outcome = Outcome::Failed {
        failure: Failure {
            phase: Phase::Serve,
            kind: FailureKind::Exited,
            message: "it exited with code 3 under load".to_owned(),
            diff: None,
        },
    };
    run.trials.push(burst);
    let document = Report::of(&run).document(Illustrated::Left);
    let caution = document.sections.into_iter().find(|section| section.id == "caution").unwrap();
    let [Block::Banner(told)] = &caution.blocks[..] else { panic!() };
    let [.., service, count] = &told.of[..] else { panic!("{:?}", told.of) };
    assert!(service.starts_with("Under load the service failed, in json-api ("), "{service}");
    assert!(service.ends_with("The first: it exited with code 3 under load."), "{service}");
    assert!(count.ends_with(&format!("{} of {all} trials failed.", other + 1)), "{count}");
}

#[test]
fn how_many_comparisons_are_beyond_noise_is_said_once() {
    let mut run = run(&["a", "b"]);
    assert_eq!(over_all(&Report::of(&run))[0].chip, "2 of 3 beyond noise");
    run.trials.retain(|trial| trial.round < 2);
    let first = over_all(&Report::of(&run)).remove(0);
    assert_eq!((first.second.as_str(), first.chip.as_str()), ("", "too few trials"));
}

#[test]
fn sizes_that_are_told_alike_are_the_same() {
    let mut run = run(&["a", "b"]);
    let wire = run.series.iter().position(|series| series.metric == names::WIRE_SIZE).unwrap() as u32;
    for (at, made) in run.preparations.iter_mut().enumerate() {
        let sizes = made.samples.iter_mut().filter(|entry| entry.0 == wire);
        sizes.for_each(|entry| entry.1 = Reading::Value(796_700 + at as u64));
    }
    let said = verdict_of(&Report::of(&run), &case("json-api"), &slug("native")).unwrap();
    let size = said.clauses.into_iter().find(|clause| clause.about == Topic::Size).unwrap().said;
    assert_eq!(
        (size.big.as_str(), size.second.as_str()),
        ("Both ship the same size.", "778 KiB each, 4.00 B apart")
    );
}

#[test]
fn sentences_are_of_the_lanes_that_were_chosen() {
    let run = run(&["a", "b"]);
    let chosen = ["native", "wasmtime", "docker", "native", "spin"].map(slug);
    let report = Report::of(&run).about(&chosen);
    assert_eq!(report.chosen, ["native", "wasmtime"].map(slug));
    let (caption, _) = at_a_glance(&report);
    assert_eq!(caption, "Who wins against `docker`, lane by lane: `native` (like for like), `wasmtime`");
    let titles: Vec<String> = verdicts(&report).into_iter().map(|sentence| sentence.title).collect();
    assert!(titles[0].contains("`native` against `docker`"), "{titles:?}");
    assert!(titles[1].contains("`wasmtime` against `docker`"), "{titles:?}");
}
