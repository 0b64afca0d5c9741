//! What a stranger's run may do once it is accepted.

use std::path::Path;

use plimsoll_analysis::MayChange;
use plimsoll_analysis::compare_runs;
use plimsoll_chart::{Theme, charts, draw_svg, overlays};
use plimsoll_export::{Gives, Style, exporters};
use plimsoll_model::Run;
use plimsoll_report::versus::Versus;
use plimsoll_report::{Report, verdicts};
use plimsoll_store::read_bytes;
use proptest::prelude::*;

use crate::mutate::{Input, cases, corpus, values};

/// Everything that is made of a run, and of two.
fn shown(run: &Run, base: &Run) {
    let report = Report::of(run);
    let _ = verdicts(&report);
    for exporter in exporters().iter().filter(|exporter| !exporter.slug().contains("png")) {
        match exporter.gives() {
            Gives::OneFile => exporter.write(&report, Style::default(), &mut Vec::new()).unwrap(),
            Gives::FileForEach(_) => drop(exporter.files(&report, Style::default()).unwrap()),
        }
    }
    for case in run.cases() {
        for chart in charts() {
            draw_svg(&chart.spec(run, case), Theme::Light, 800, 500).unwrap();
        }
    }
    let comparisons = compare_runs(base, &[run], None, &MayChange::AnyFile);
    let versus = Versus::of(base, &[run], comparisons, None);
    for form in exporters().iter().filter(|form| form.gives_of_comparison() == Gives::OneFile) {
        form.write_comparison(&versus, Style::default(), &mut Vec::new()).unwrap();
    }
    for case in versus.cases() {
        for overlay in overlays() {
            if let Some(spec) = versus.overlay(overlay, case, &run.id, None) {
                draw_svg(&spec, Theme::Dark, 800, 500).unwrap();
            }
        }
    }
}

fn read(Input(bytes): &Input) -> Option<Run> {
    read_bytes(Path::new("run.json"), bytes).ok().map(|(run, _)| run)
}

fn base() -> Run {
    corpus("run").iter().find_map(read).unwrap()
}

#[test]
fn every_kept_run_that_is_accepted_can_be_shown_compared_and_drawn() {
    corpus("run").iter().filter_map(read).for_each(|run| shown(&run, &base()));
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_mutated_run_that_is_accepted_can_be_shown_compared_and_drawn(input in values("run")) {
        if let Some(run) = read(&input) {
            shown(&run, &base());
        }
    }
}
