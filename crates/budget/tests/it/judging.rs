use jiff::Timestamp;
use plimsoll_analysis::{MayChange, RunNoise, compare_runs};
use plimsoll_budget::{Budgets, Decision, Ruling, judge};
use plimsoll_model::{
    Arm, ComparedBy, Direction, Entry, LaneSpec, Metric, Outcome as End, Phase, Plan, Preparation, Preset,
    Purpose, Reading, Run, Series, Site, Slug, Task, Trial, Unit,
};

use crate::known::parse;

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn spec(lane: &str) -> LaneSpec {
    LaneSpec::plain(slug(lane), slug("made-up"))
}

fn series(metric: &'static str, phase: Phase) -> Series {
    Series { metric: Slug::known(metric), phase, subject: None, request: None, method: "made up".into() }
}

/// Two lanes of `hello`; cold starts stray by about 1 % around these, and sizes are these.
fn run(number: u64, arms: &[&str], cold_starts_ns: [u64; 2], bytes: u64) -> Run {
    let mut plan =
        Plan::from_preset(Preset::Quick, vec![slug("hello")], ["docker", "wasmtime"].map(spec).to_vec(), 42);
    plan.arms = arms.iter().map(|arm| Arm { slug: slug(arm) }).collect();
    let metric = |name, unit, by| Metric::known(name, name, unit, Direction::LowerIsBetter, "").compared(by);
    let entry = |value| vec![Entry(value, Reading::Value(bytes))];
    let (id, began) = (format!("r{number}").parse().unwrap(), Timestamp::UNIX_EPOCH);
    let run = Run::planned(id, began, plan, Site::default());
    let trial = |(position, cell): (usize, u32)| {
        let lane = usize::from(run.row_of(cell).unwrap().lane == slug("wasmtime"));
        let stray = (position as u64 * 7_919 + number * 104_729) % 200;
        let value = cold_starts_ns[lane] / 10_000 * (9_900 + stray);
        Trial {
            position: position as u32,
            round: 0,
            cell,
            purpose: Purpose::Measured,
            task: Task::Start,
            predecessor: None,
            began_ns: 0,
            held: None,
            outcome: End::Passed,
            spans: Vec::new(),
            samples: vec![Entry(0, Reading::Value(value))],
            histograms: Vec::new(),
        }
    };
    let rows = 0..run.rows.len() as u32;
    let made = |row| Preparation { row, failure: None, digests: [].into(), samples: entry(1) };
    let cells = 0..run.cells.len() as u32;
    Run {
        metrics: vec![
            metric("cold_start", Unit::Nanoseconds, ComparedBy::Median),
            metric("wire_size", Unit::Bytes, ComparedBy::Exact),
        ],
        series: vec![series("cold_start", Phase::Ready), series("wire_size", Phase::Prepare)],
        preparations: rows.map(made).collect(),
        trials: (0..20).flat_map(|_| cells.clone()).enumerate().map(trial).collect(),
        ..run.clone()
    }
}

fn budgets(budget: &str) -> Budgets {
    parse(&format!("budget_version = 1\n[[budget]]\n{budget}\n")).unwrap()
}

const FAST: [u64; 2] = [300_000_000, 5_000_000];

fn only(found: Vec<Decision>) -> Decision {
    let [one] = found.try_into().unwrap();
    one
}

fn absolute(run: &Run, budget: &str) -> Decision {
    only(judge(&budgets(budget), run, &[]))
}

#[test]
fn an_amount_is_broken_only_where_the_interval_lies_beyond_it_and_the_noise_floor() {
    let run = run(1, &["a", "b"], FAST, 1_000);
    for (most, expected) in [("6 ms", Ruling::Kept), ("4.99 ms", Ruling::Kept), ("4 ms", Ruling::Broken)] {
        let found =
            absolute(&run, &format!("lane = \"wasmtime\"\nmetric = \"cold_start\"\nat_most = \"{most}\""));
        assert_eq!(found.outcome, expected, "{found}");
    }
}

#[test]
fn without_two_arms_an_amount_that_is_passed_is_undecided() {
    let found = absolute(
        &run(1, &["a"], FAST, 1_000),
        "lane = \"wasmtime\"\nmetric = \"cold_start\"\nat_most = \"4 ms\"",
    );
    assert_eq!(found.outcome, Ruling::Undecided);
    assert!(found.to_string().contains("beyond the budget, but noise floor not measured"), "{found}");
}

#[test]
fn a_size_needs_no_arms_and_a_byte_too_many_breaks_it() {
    let run = run(1, &["a"], FAST, 1_001);
    let size =
        |most| absolute(&run, &format!("lane = \"docker\"\nmetric = \"wire_size\"\nat_most = \"{most}\""));
    assert_eq!(size("1001 B").outcome, Ruling::Kept);
    assert_eq!(size("1 kB").outcome, Ruling::Broken);
    assert!(
        size("1 kB").to_string().starts_with("BROKEN: budget at line 2, column 1, hello, docker, wire_size")
    );
}

#[test]
fn a_lane_that_is_not_as_many_times_smaller_breaks_its_budget() {
    let run = run(1, &["a", "b"], FAST, 1_000);
    for (times, expected) in [(20, Ruling::Kept), (59, Ruling::Kept), (80, Ruling::Broken)] {
        let budget = format!(
            "lane = \"wasmtime\"\nmetric = \"cold_start\"\nsmaller_than = {{ lane = \"docker\", times = {times} }}"
        );
        let found = absolute(&run, &budget);
        assert_eq!(found.outcome, expected, "{found}");
    }
}

fn against_baseline(slower: u64, over: &str, repeated: u64) -> Decision {
    let base = run(1, &["a"], FAST, 1_000);
    let new = run(2, &["a"], [FAST[0], FAST[1] * slower / 100], 1_000);
    let runs: Vec<Run> = (0..repeated).map(|at| run(10 + at, &["a"], FAST, 1_000)).collect();
    let noise = RunNoise::of(&runs.iter().collect::<Vec<_>>()).ok();
    let found = compare_runs(&base, &[&new], noise.as_ref(), &MayChange::Nothing);
    let budget = format!("lane = \"wasmtime\"\nmetric = \"cold_start\"\nat_most_over_baseline = \"{over}\"");
    only(judge(&budgets(&budget), &new, &found))
}

#[test]
fn growth_over_the_baseline_is_broken_beyond_the_budget_and_never_where_noise_is_unknown() {
    assert_eq!(against_baseline(120, "+10 %", 6).outcome, Ruling::Broken);
    assert_eq!(against_baseline(105, "+10 %", 6).outcome, Ruling::Kept);
    assert_eq!(against_baseline(100, "+10 %", 6).outcome, Ruling::Kept);
    let unknown = against_baseline(300, "+10 %", 0);
    assert_eq!(unknown.outcome, Ruling::Undecided);
    assert!(unknown.to_string().contains("run-to-run noise unknown"), "{unknown}");
}

#[test]
fn within_one_run_it_is_the_arms_that_are_missing() {
    let (before, after) = (run(1, &["a"], FAST, 1_000), run(1, &["a"], [FAST[0], FAST[1] * 3], 1_000));
    let found = compare_runs(&before, &[&after], None, &MayChange::Nothing);
    let budget = "lane = \"wasmtime\"\nmetric = \"cold_start\"\nat_most_over_baseline = \"+10 %\"";
    let undecided = only(judge(&budgets(budget), &after, &found));
    assert_eq!(undecided.outcome, Ruling::Undecided);
    assert!(undecided.to_string().contains("noise floor not measured"), "{undecided}");
}

#[test]
fn a_budget_below_the_noise_floor_says_so_and_the_floor_holds() {
    let found = against_baseline(100, "+0.01 %", 6);
    assert_eq!(found.outcome, Ruling::Kept);
    assert!(
        found.below_floor.is_some() && found.to_string().contains("lies below the noise floor"),
        "{found}"
    );
}

#[test]
fn what_can_not_be_compared_or_is_not_there_is_undecided_with_the_reason() {
    let base = run(1, &["a"], FAST, 1_000);
    let mut new = run(2, &["a"], [900_000_000, 90_000_000], 1_000);
    new.plan.settings.limits.cpu_milli = 500;
    let compared = compare_runs(&base, &[&new], None, &MayChange::Nothing);
    let relative = budgets("metric = \"cold_start\"\nat_most_over_baseline = \"+5 %\"");
    let found = judge(&relative, &new, &compared);
    assert!(
        found.iter().all(|it| it.outcome == Ruling::Undecided && it.why.contains("other limits")),
        "{found:?}"
    );
    let found = only(judge(&relative, &new, &[]));
    assert_eq!((found.outcome, found.workload), (Ruling::Undecided, None));
    let mut empty = new;
    empty.trials.clear();
    let found = absolute(&empty, "metric = \"cold_start\"\nat_most = \"1 ns\"");
    assert_eq!(found.outcome, Ruling::Unanswered, "{found}");
}
