//! What a stranger's run may do once it is accepted.

use std::path::Path;

use plimsoll_analysis::MayChange;
use plimsoll_analysis::compare_runs;
use plimsoll_chart::{Theme, charts, draw_svg, overlays};
use plimsoll_export::{Gives, Style, exporters};
use plimsoll_format::is_command;
use plimsoll_model::Run;
use plimsoll_report::versus::Versus;
use plimsoll_report::{Report, verdicts};
use plimsoll_store::read_bytes;
use proptest::prelude::*;

use crate::mutate::{Input, cases, corpus, tried, values};

/// Nothing in it moves a terminal's cursor, changes its colours or turns its text round.
fn harmless(form: &str, made: &[u8]) {
    let text = std::str::from_utf8(made).unwrap();
    let is_raw = |letter: &char| is_command(*letter) && !matches!(letter, '\n' | '\r' | '\t');
    let found = text.chars().find(is_raw);
    assert_eq!(found, None, "`{form}` has a raw control character");
}

/// Everything that is made of a run, and of two.
fn shown(run: &Run, base: &Run) {
    let report = Report::of(run);
    let _ = verdicts(&report);
    for exporter in exporters().iter().filter(|exporter| !exporter.slug().contains("png")) {
        match exporter.gives() {
            Gives::OneFile => {
                let mut made = Vec::new();
                exporter.write(&report, Style::default(), &mut made).unwrap();
                harmless(exporter.slug(), &made);
            }
            Gives::FileForEach(_) => {
                let files = exporter.files(&report, Style::default()).unwrap();
                files.iter().for_each(|file| harmless(exporter.slug(), &file.bytes));
            }
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
        let mut made = Vec::new();
        form.write_comparison(&versus, Style::default(), &mut made).unwrap();
        harmless(form.slug(), &made);
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
            tried(|| shown(&run, &base()));
        }
    }
}
