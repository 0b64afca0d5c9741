//! What stands under a table, beside its figures.

use plimsoll_analysis::names;
use plimsoll_model::{Entry, Phase, Reading, Run, Series};
use plimsoll_report::document::Block;
use plimsoll_report::{Illustrated, Report};

use crate::made_up::{case, run, slug};

/// The lines under the table of `json-api`.
fn lines(run: &Run) -> String {
    let sections = Report::of(run).document(Illustrated::Left).sections;
    let of_case = sections.into_iter().filter(|section| section.workload.as_deref() == Some("json-api"));
    let lines = of_case.flat_map(|section| section.blocks).filter_map(|block| match block {
        Block::Lines(lines) => Some(lines.join("\n")),
        _ => None,
    });
    lines.collect()
}

/// Each loaded trial of `docker` has this value too.
fn with(mut run: Run, series: &Series, value: u64) -> Run {
    let cells = run.cells_in(&case("json-api"), &slug("docker"));
    let (at, _) = run.intern(series);
    for trial in run.trials.iter_mut().filter(|trial| trial.aim().is_loaded()) {
        if cells.contains(&trial.cell) {
            trial.samples.push(Entry(at, Reading::Value(value)));
        }
    }
    run
}

#[test]
fn helpers_are_told_of_the_phase_that_the_column_has() {
    let run = run(&["a"]);
    let shim = run.series.iter().find(|series| series.subject == Some(slug("shim"))).unwrap().clone();
    assert!(lines(&run).contains("docker: shim 4.00 MiB (ready)"), "{}", lines(&run));
    let run = with(run, &Series { phase: Phase::Serve, ..shim }, 12 << 20);
    assert!(lines(&run).contains("docker: shim 12.0 MiB; "), "{}", lines(&run));
}

#[test]
fn a_peak_below_what_the_processes_hold_is_explained() {
    let run = run(&["a"]);
    assert!(!lines(&run).contains("group peak"));
    let uss = run.series.iter().find(|series| series.metric == names::USS).unwrap().clone();
    let peak = Series { metric: names::GROUP_PEAK, phase: Phase::Serve, ..uss };
    let told = lines(&with(run.clone(), &peak, 1 << 20));
    assert!(told.contains("group peak below USS in docker: a group's peak does not count pages"), "{told}");
    assert!(!lines(&with(run, &peak, 64 << 20)).contains("group peak"));
}
