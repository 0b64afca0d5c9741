//! Whatever the engine measures is wherever its definition says that it belongs.

use std::collections::BTreeSet;

use jiff::Timestamp;
use plimsoll_analysis::compare;
use plimsoll_budget::{Budgets, Ruling, judge};
use plimsoll_chart::chart;
use plimsoll_export::{Style, exporter};
use plimsoll_model::{
    Arm, Charted, ComparedBy, Direction, Entry, LaneSpec, Metric, Outcome, Phase, Plan, Preparation, Preset,
    Purpose, Reading, Run, Series, Site, Slug, Tabled, Task, Trial,
};
use plimsoll_report::{Illustrated, Report, Table};

const TRIALS: u32 = 24;

/// Those of one value a trial or a preparation. A run has distributions of latency alone.
fn single() -> Vec<Metric> {
    let all = plimsoll_engine::metrics().into_iter();
    all.filter(|metric| metric.compared.is_some_and(|by| by != ComparedBy::Percentiles)).collect()
}

/// A run of two lanes that has a value of each of these metrics.
fn run() -> Run {
    let lanes = ["first", "second"].map(|lane| LaneSpec::plain(Slug::known(lane), Slug::known("made-up")));
    let mut plan = Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], lanes.to_vec(), 42);
    plan.arms = ["a", "b"].map(|arm| Arm { slug: Slug::known(arm) }).to_vec();
    let run = Run::planned("r1".parse().unwrap(), Timestamp::UNIX_EPOCH, plan, Site::default());
    let metrics = single();
    let phase = |metric: &Metric| match metric.compared {
        Some(ComparedBy::Exact) => Phase::Prepare,
        _ => Phase::Ready,
    };
    let series = |metric: &Metric| Series {
        metric: metric.slug.clone(),
        phase: phase(metric),
        subject: None,
        request: None,
        method: "made up".into(),
    };
    let entries = |of: Phase, value: u64| -> Vec<Entry> {
        let own = (0..)
            .zip(&metrics)
            .filter(|(_, metric)| (phase(metric) == Phase::Prepare) == (of == Phase::Prepare));
        own.map(|(at, _)| Entry(at, Reading::Value(value))).collect()
    };
    let cells = run.cells.len() as u32;
    let trial = |position: u32| Trial {
        position,
        round: position / cells,
        cell: position % cells,
        purpose: Purpose::Measured,
        task: Task::Start,
        predecessor: None,
        began_ns: 0,
        held: None,
        outcome: Outcome::Passed,
        spans: Vec::new(),
        samples: entries(Phase::Ready, 1_000 + u64::from(position * 7 % 40)),
        histograms: Vec::new(),
    };
    let made =
        |row| Preparation { row, failure: None, digests: [].into(), samples: entries(Phase::Prepare, 1_000) };
    Run {
        series: metrics.iter().map(series).collect(),
        preparations: (0..run.rows.len() as u32).map(made).collect(),
        trials: (0..TRIALS * cells).map(trial).collect(),
        metrics: metrics.clone(),
        ..run
    }
}

#[test]
fn what_says_that_it_is_compared_is_compared() {
    let run = run();
    let found = compare(&run, &Slug::known("first"));
    let found: BTreeSet<&Slug> = found.iter().map(|found| &found.figure.metric).collect();
    assert_eq!(found, run.metrics.iter().map(|metric| &metric.slug).collect());
}

#[test]
fn what_is_compared_and_better_when_less_can_be_bounded() {
    let run = run();
    for metric in run.metrics.iter().filter(|metric| metric.direction == Direction::LowerIsBetter) {
        let text = format!(
            "budget_version = 1\n[[budget]]\nmetric = \"{}\"\nsmaller_than = {{ lane = \"first\", times = 0.5 }}\n",
            metric.slug
        );
        let budgets = Budgets::parse(&text, &plimsoll_engine::metrics()).unwrap();
        let decisions = judge(&budgets, &run, &[]);
        assert!(decisions.iter().all(|decision| decision.outcome == Ruling::Kept), "{decisions:?}");
    }
}

#[test]
fn what_asks_for_a_column_has_one_with_its_figure() {
    let run = run();
    let document = Report::of(&run).document(Illustrated::Left);
    for metric in run.metrics.iter().filter(|metric| metric.table == Some(Tabled::Column)) {
        let named = |heading: &str| heading.starts_with(&*metric.in_words());
        let has_it = |table: &&Table| table.columns.iter().any(|column| named(&column.main));
        let sheet = document.tables().find(has_it).unwrap();
        let at = sheet.columns.iter().position(|column| named(&column.main)).unwrap();
        assert!(sheet.rows.iter().all(|row| row.entries[at].main != "—"), "{}", metric.slug);
    }
}

fn exported(run: &Run, format: &str) -> String {
    let files = exporter(format).unwrap().files(&Report::of(run), Style::default()).unwrap();
    String::from_utf8(files.into_iter().flat_map(|file| file.bytes).collect()).unwrap()
}

#[test]
fn what_asks_for_a_chart_of_its_own_has_one_with_something_to_show() {
    let run = run();
    for metric in run.metrics.iter().filter(|metric| metric.chart == Some(Charted::Distribution)) {
        let own = if metric.slug.as_str() == "cold_start" { "distribution" } else { metric.slug.as_str() };
        let spec = chart(&run, own).unwrap().spec(&run, run.cases()[0]);
        assert_eq!(spec.empty, None, "{}", metric.slug);
    }
}

#[test]
fn every_metric_is_exported() {
    let run = run();
    for format in ["csv", "csv-summary", "json", "report-json", "openmetrics"] {
        let text = exported(&run, format);
        for metric in &run.metrics {
            assert!(text.contains(metric.slug.as_str()), "{format} lacks {}", metric.slug);
        }
    }
    for format in ["table", "markdown", "html"] {
        let text = exported(&run, format);
        for metric in run.metrics.iter().filter(|metric| metric.table == Some(Tabled::Column)) {
            assert!(text.contains(&*metric.in_words()), "{format} lacks {}", metric.slug);
        }
    }
}
