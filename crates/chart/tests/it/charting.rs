//! What the charts of a run say, as data.

use std::collections::BTreeSet;

use plimsoll_chart::spec::{ChartSpec, Flag, Mark, Scale};
use plimsoll_chart::{MOST_POINTS, chart, charts, charts_of};
use plimsoll_model::{Entry, Failure, FailureKind, Outcome, Phase, Reading, Run, Series};
use proptest::prelude::*;

use crate::detailed::{detailed, repeated, told};
use crate::made_up::{case, run, slug};

fn spec(run: &Run, slug_of_chart: &str, workload: &str) -> ChartSpec {
    chart(run, slug_of_chart).unwrap().spec(run, &case(workload))
}

#[test]
fn the_waterfall_has_the_phases_of_each_lane() {
    insta::assert_snapshot!(told(&spec(&detailed(&["a"]), "waterfall", "json-api")));
}

#[test]
fn the_distribution_keeps_outliers_and_what_is_in_no_figure() {
    let spec = spec(&detailed(&["a"]), "distribution", "json-api");
    let flags: Vec<Flag> =
        spec.series.iter().flat_map(|series| &series.points).filter_map(|point| point.flag).collect();
    assert!(flags.contains(&Flag::Outlier) && flags.contains(&Flag::Failed), "{flags:?}");
    insta::assert_snapshot!(told(&spec));
}

#[test]
fn the_ecdf_ends_at_the_whole() {
    let spec = spec(&detailed(&["a"]), "ecdf", "hello");
    let lines = spec.series.iter().filter(|series| series.mark == Mark::Step);
    assert!(lines.clone().count() == 5 && lines.flat_map(|line| line.points.last()).all(|end| end.y >= 1.0));
    insta::assert_snapshot!(told(&spec));
}

#[test]
fn latency_is_drawn_as_far_as_there_are_requests() {
    insta::assert_snapshot!(told(&spec(&detailed(&["a"]), "latency", "json-api")));
}

#[test]
fn memory_stands_in_two_accounts_that_add_up() {
    let spec = spec(&detailed(&["a"]), "memory", "json-api");
    for spans in spec.series.windows(2).filter(|pair| pair.iter().all(|series| series.mark == Mark::Spans)) {
        let [before, after] = [&spans[0], &spans[1]].map(|series| &series.points[0]);
        assert!((before.x2.unwrap() - after.x).abs() < 0.5 || after.x == 0.0, "{before:?} {after:?}");
    }
    insta::assert_snapshot!(told(&spec));
}

#[test]
fn sizes_have_layers_and_what_is_on_the_host_already() {
    insta::assert_snapshot!(told(&spec(&detailed(&["a"]), "size", "json-api")));
}

#[test]
fn a_chart_is_json_that_reads_back() {
    let mut run = detailed(&["a"]);
    run.cells.truncate(1);
    run.trials.retain(|trial| trial.cell == 0);
    let spec = spec(&run, "waterfall", "hello");
    let text = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<ChartSpec>(&text).unwrap(), spec);
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["x"]["ticks"].as_array_mut().unwrap().truncate(2);
    value["series"].as_array_mut().unwrap().truncate(1);
    insta::assert_json_snapshot!(value);
}

#[test]
fn a_second_arm_adds_trials_to_the_row_of_its_lane_and_no_row() {
    let [one, two] = [run(&["a"]), run(&["a", "b"])];
    for chart in charts() {
        let named = |run: &Run| {
            let spec = spec(run, chart.slug(), "json-api");
            let rows: Vec<String> = spec.y.ticks.iter().map(|tick| tick.label.clone()).collect();
            let keys: Vec<String> = spec.legend.iter().map(|key| key.name.clone()).collect();
            let series: Vec<_> =
                spec.series.iter().map(|series| (series.name.clone(), series.mark)).collect();
            let is_category = spec.y.scale == Scale::Category;
            (if is_category { rows } else { Vec::new() }, keys, series)
        };
        let found = named(&two);
        assert_eq!(found, named(&one), "{}", chart.slug());
        let mut names = found.2;
        names.sort_by_key(|(name, mark)| (name.clone(), format!("{mark:?}")));
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: {names:?}", chart.slug());
    }
    let dots = |run: &Run| {
        let spec = spec(run, "distribution", "json-api");
        let native = spec.series.iter().find(|series| series.name == "native trials").unwrap();
        native.points.len()
    };
    assert_eq!((dots(&one), dots(&two)), (12, 24));
}

#[test]
fn a_lane_that_could_not_be_prepared_is_noted_once_for_all_its_arms() {
    let mut run = run(&["a", "b"]);
    for cell in [0, 1] {
        let failure = Failure {
            phase: Phase::Prepare,
            kind: FailureKind::BadArtifact,
            message: "no such image".to_owned(),
            diff: None,
        };
        run.preparations[cell].failure = Some(failure);
    }
    let notes = spec(&run, "waterfall", "hello").notes;
    let said = notes.iter().filter(|note| note.contains("docker could not be prepared: no such image"));
    assert_eq!(said.count(), 1, "{notes:?}");
}

#[test]
fn a_chart_without_values_says_why() {
    let mut run = detailed(&["a"]);
    let why = |run: &Run, chart: &str, workload: &str| spec(run, chart, workload).empty.unwrap();
    assert!(why(&run, "latency", "hello").contains("`hello` is a command"));
    assert!(why(&run, "memory", "unknown").contains("No trial has passed"));
    run.trials.iter_mut().for_each(|trial| {
        trial.samples.retain(|entry| !run.series[entry.0 as usize].metric.as_str().starts_with("cgroup"));
    });
    assert!(why(&run, "memory", "hello").contains("there is no process to look at: it has ended"));
    run.trials.clear();
    run.preparations.clear();
    for chart in charts() {
        assert!(chart.spec(&run, &case("json-api")).empty.is_some(), "{}", chart.slug());
    }
}

#[test]
fn charts_are_found_by_their_name() {
    let run = detailed(&["a"]);
    let names: Vec<&str> = charts().iter().map(|chart| chart.slug()).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert!(once.len() == names.len() && chart(&run, "pie").is_none());
    assert!(names.iter().all(|name| chart(&run, name).is_some_and(|found| found.slug() == *name)));
}

#[test]
fn a_long_run_is_thinned_out_and_says_so() {
    let run = repeated(60_000);
    for found in charts() {
        let spec = found.spec(&run, &case("json-api"));
        let most = spec.series.iter().map(|series| series.points.len()).max().unwrap_or(0);
        assert!(most <= MOST_POINTS, "{}: {most}", found.slug());
    }
    let spec = spec(&run, "distribution", "json-api");
    assert!(spec.notes.iter().any(|note| note.contains("points are drawn")), "{:?}", spec.notes);
    assert!(spec.series.iter().flat_map(|s| &s.points).any(|point| point.flag == Some(Flag::Outlier)));
}

#[test]
fn a_run_of_failures_names_the_first_and_counts_the_others() {
    let mut run = repeated(30_000);
    for trial in &mut run.trials {
        let message = format!("no answer to trial {} within 30 s", trial.position);
        trial.outcome = Outcome::Failed {
            failure: Failure { phase: Phase::Ready, kind: FailureKind::TimedOut, message, diff: None },
        };
    }
    let spec = spec(&run, "distribution", "hello");
    assert!(spec.empty.is_none() && spec.notes.len() <= 15, "{:?}", spec.notes);
    assert!(spec.notes.iter().any(|note| note.contains("3000 of 3000 trials failed: no answer to trial 0")));
    assert!(spec.series.iter().all(|series| series.points.len() <= MOST_POINTS));
}

fn positions(spec: &ChartSpec) -> impl Iterator<Item = f64> {
    let points = spec.series.iter().flat_map(|series| &series.points);
    points.flat_map(|point| {
        let optional = [point.x2, point.y2, point.low, point.median, point.high];
        [point.x, point.y].into_iter().chain(optional.into_iter().flatten())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_was_measured_every_position_is_a_number_and_every_tick_inside(
        values in prop::collection::vec(prop_oneof![Just(0), Just(u64::MAX), 1_u64..1 << 40], 12),
    ) {
        let mut run = detailed(&["a"]);
        for (at, trial) in run.trials.iter_mut().enumerate() {
            let value = values[at % values.len()];
            trial.samples.iter_mut().for_each(|entry| entry.1 = Reading::Value(value));
            for span in &mut trial.spans {
                span.end_ns = value;
            }
        }
        for made in &mut run.preparations {
            made.samples.iter_mut().for_each(|entry| entry.1 = Reading::Value(values[0]));
        }
        for found in charts() {
            let spec = found.spec(&run, &case("json-api"));
            prop_assert!(positions(&spec).all(f64::is_finite), "{}", found.slug());
            for axis in [&spec.x, &spec.y] {
                prop_assert!(axis.min < axis.max);
                prop_assert!(axis.ticks.iter().all(|tick| (axis.min..=axis.max).contains(&tick.at)));
                let empty = spec.empty.is_some() || axis.scale == Scale::Category;
                prop_assert!(empty || axis.ticks.iter().any(|tick| !tick.label.is_empty()));
            }
            prop_assert_eq!(found.spec(&run, &case("json-api")), spec);
        }
    }
}

#[test]
fn a_metric_that_asks_for_it_has_a_chart_with_every_value() {
    let mut run = detailed(&["a"]);
    let pss = run.metrics.iter_mut().find(|metric| metric.slug.as_str() == "pss").unwrap();
    pss.chart = Some(plimsoll_model::Charted::Distribution);
    let own: Vec<String> = charts_of(&run).iter().map(|chart| chart.slug().to_owned()).collect();
    assert_eq!((own.len(), own.last().map(String::as_str)), (charts().len() + 1, Some("pss")));
    let spec = chart(&run, "pss").unwrap().spec(&run, &case("json-api"));
    assert!(spec.empty.is_none() && spec.x.title == "PSS", "{spec:?}");
    let ticks: Vec<&str> = spec.x.ticks.iter().map(|tick| tick.label.as_str()).collect();
    assert!(ticks.iter().any(|tick| tick.ends_with("iB")), "{ticks:?}");
    run.metrics.iter_mut().for_each(|metric| metric.chart = None);
    assert_eq!(charts_of(&run).len(), charts().len());
}

#[test]
fn memory_of_a_command_that_one_lane_alone_has_is_no_chart() {
    let mut run = detailed(&["a"]);
    let wasmtime: Vec<u32> = run.cells_in(&case("hello"), &slug("wasmtime"));
    let is_memory = |run: &Run, at: u32| ["pss", "uss"].contains(&run.series[at as usize].metric.as_str());
    for trial in 0..run.trials.len() {
        for entry in 0..run.trials[trial].samples.len() {
            let series = run.trials[trial].samples[entry].0;
            if is_memory(&run, series) && wasmtime.contains(&run.trials[trial].cell) {
                run.trials[trial].samples[entry].1 = Reading::Value(8_000_000);
            }
        }
    }
    let why = spec(&run, "memory", "hello").empty.unwrap();
    assert_eq!(why, "One lane alone has PSS here: its figure stands in the table.");
}

#[test]
fn of_a_command_that_has_ended_the_peak_alone_is_known() {
    let mut run = detailed(&["a"]);
    let docker = run.cells_in(&case("hello"), &slug("docker"));
    let ended = run
        .series
        .iter()
        .position(|series| series.metric.as_str() == "cgroup_anon" && series.phase == Phase::Ready)
        .unwrap() as u32;
    let peak = Series { metric: slug("group_peak"), ..run.series[ended as usize].clone() };
    let (peak, _) = run.intern(&peak);
    for trial in run.trials.iter_mut().filter(|trial| docker.contains(&trial.cell)) {
        let group = trial.samples.iter_mut().find(|entry| entry.0 == ended).unwrap();
        group.1 = Reading::unavailable("the instance has no control group of its own here");
        trial.samples.push(Entry(peak, Reading::Value(3_900_000)));
    }
    let notes = spec(&run, "memory", "hello").notes.join("\n");
    assert!(
        notes.contains(
            "No cgroup memory (docker): it has ended, and only the peak of its control group is known"
        ),
        "{notes}"
    );
    assert!(!notes.contains("has no control group"), "{notes}");
}

#[test]
fn memory_is_labelled_with_the_median_over_trials() {
    // Six loads: the middle lies between two of them.
    let run = detailed(&["a", "b"]);
    let cells = run.cells_in(&case("json-api"), &slug("native"));
    let of = |series: &Series| series.metric.as_str() == "pss" && series.phase == Phase::Serve;
    let pss = run.series.iter().position(of).unwrap() as u32;
    let own = run.trials.iter().filter(|trial| cells.contains(&trial.cell) && trial.tells_of(Phase::Serve));
    let mut values: Vec<u64> = own
        .flat_map(|trial| &trial.samples)
        .filter(|entry| entry.0 == pss)
        .filter_map(|entry| entry.1.value())
        .collect();
    values.sort_unstable();
    let middle = f64::midpoint(values[values.len() / 2 - 1] as f64, values[values.len() / 2] as f64);
    let spec = spec(&run, "memory", "json-api");
    let label = spec.series.iter().find(|series| series.name == "native PSS").unwrap();
    assert_eq!(label.points[0].label, format!("PSS {:.2} MiB", middle / 1_048_576.0));
}
