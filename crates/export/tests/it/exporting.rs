use std::collections::HashSet;

use plimsoll_export::{Exporter, Gives, Style, exporter, exporters};
use plimsoll_model::{FailureKind, Outcome, Phase, Run};
use plimsoll_report::{Illustrated, Report, Table};

use crate::detailed::detailed;
use crate::made_up::{run, slug};

fn export(run: &Run, slug: &str, style: Style) -> String {
    let mut out = Vec::new();
    exporter(slug).unwrap().write(&Report::of(run), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Those that can be shown in a terminal.
fn of_one_file() -> impl Iterator<Item = &'static &'static dyn Exporter> {
    exporters().iter().filter(|found| found.gives() == Gives::OneFile)
}

fn of_width(width: u16) -> Style {
    Style { width, ..Style::default() }
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

#[test]
fn the_table_has_every_lane_and_fits_120_columns() {
    let text = export(&run(&["a"]), "table", of_width(120));
    assert!(widest(&text) <= 120, "{}", widest(&text));
    insta::assert_snapshot!(text);
}

#[test]
fn on_80_columns_the_figures_of_load_stand_in_a_table_of_their_own() {
    let text = export(&run(&["a"]), "table", of_width(80));
    assert!(widest(&text) <= 80, "{}", widest(&text));
    insta::assert_snapshot!(text);
}

#[test]
fn at_no_width_is_a_lanes_name_broken_or_a_line_too_long() {
    for run in [run(&["a"]), detailed(&["a", "b"])] {
        let whole = export(&run, "table", of_width(1_000));
        for width in 60..=160 {
            let text = export(&run, "table", of_width(width));
            assert!(widest(&text) <= usize::from(width), "{} in {width}", widest(&text));
            for lane in run.lane_slugs() {
                let begin = format!("{lane} ");
                let rows = |text: &str| text.lines().filter(|line| line.starts_with(&begin)).count();
                assert!(rows(&text) >= rows(&whole), "{lane} in {width} columns:\n{text}");
            }
        }
    }
}

#[test]
fn a_brief_table_says_where_the_rest_is() {
    let run = run(&["a"]);
    let text = export(&run, "table", Style { brief: true, ..Style::default() });
    assert!(text.lines().count() < export(&run, "table", Style::default()).lines().count());
    insta::assert_snapshot!(text);
}

#[test]
fn with_two_arms_the_table_has_a_noise_floor_and_verdicts() {
    insta::assert_snapshot!(export(&run(&["a", "b"]), "table", of_width(120)));
}

#[test]
fn two_arms_of_a_lane_are_one_row_in_whatever_a_person_reads() {
    let run = run(&["a", "b"]);
    let report = Report::of(&run);
    let document = report.document(Illustrated::Left);
    let of_lanes = |sheet: &&Table| sheet.heading == "hello" || sheet.heading == "json-api";
    for sheet in document.tables().filter(of_lanes) {
        let lanes: Vec<_> = sheet.rows.iter().filter_map(|row| row.lane.as_ref()).collect();
        assert_eq!(lanes, run.lane_slugs().collect::<Vec<_>>(), "{}", sheet.heading);
        let failed: Vec<&str> = sheet.rows.iter().map(|row| row.entries[5].main.as_str()).collect();
        let first = if sheet.heading == "hello" { "1/24" } else { "0/24" };
        assert_eq!(failed, [first, "0/24", "0/24", "0/24", "0/24"]);
    }
    for format in ["table", "markdown"] {
        let text = export(&run, format, Style::default());
        assert!(!text.contains("(a)") && !text.contains("(b)"), "{format}: {text}");
    }
    let said: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said.iter().filter(|text| text.contains("failed and are in no figure")).count(),
        1,
        "{said:?}"
    );
}

#[test]
fn without_a_noise_floor_it_is_said_what_it_takes() {
    let floor = |run: &Run| {
        let report = Report::of(run);
        let document = report.document(Illustrated::Left);
        document.remarks().find(|remarks| remarks.heading == "Noise floor").unwrap().lines.concat()
    };
    assert!(floor(&run(&["a"])).ends_with("Two arms of each lane measure it."));
    let mut short = run(&["a", "b"]);
    short.trials.retain(|trial| trial.round < 6);
    assert!(floor(&short).ends_with("It takes 10 cold starts that passed in each arm of a lane."));
    assert!(floor(&run(&["a", "b"])).starts_with("cold start: noise alone may reach"));
}

#[test]
fn markdown_has_the_same_figures() {
    insta::assert_snapshot!(export(&run(&["a"]), "markdown", Style::default()));
}

#[test]
fn csv_has_a_row_for_each_value() {
    let run = run(&["a"]);
    let text = export(&run, "csv", Style::default());
    assert_eq!(text.lines().count(), run.samples().count() + 1);
    insta::assert_snapshot!(text.lines().take(40).collect::<Vec<_>>().join("\n"));
}

#[test]
fn json_is_the_run_as_it_is_stored() {
    let run = run(&["a"]);
    let text = export(&run, "json", Style::default());
    assert_eq!(serde_json::from_str::<Run>(&text).unwrap(), run);
}

#[test]
fn colour_is_there_only_where_it_is_asked_for() {
    let run = run(&["a"]);
    let coloured = export(&run, "table", Style { colour: true, ..Style::default() });
    assert!(coloured.contains('\u{1b}'));
    assert!(of_one_file().all(|found| !export(&run, found.slug(), Style::default()).contains('\u{1b}')));
}

#[test]
fn a_strangers_run_can_not_steer_the_terminal_in_any_export() {
    let evil = "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\u{202e}";
    let mut run = run(&["a"]);
    run.site.host.cpu_model = Some(evil.to_owned());
    run.site.host.versions.insert(evil.to_owned(), evil.to_owned());
    run.site.host.virtualised = Some(evil.to_owned());
    run.unequal.first_mut().unwrap().what = evil.to_owned();
    run.lanes.first_mut().unwrap().outside_limits = vec![evil.to_owned()];
    run.loads.first_mut().unwrap().chosen = evil.to_owned();
    run.series.iter_mut().for_each(|series| series.method = evil.into());
    let Outcome::Failed { failure } = &mut run.trials.first_mut().unwrap().outcome else {
        panic!("it failed")
    };
    failure.message = evil.to_owned();
    for found in of_one_file() {
        let text = export(&run, found.slug(), Style::default());
        let steering = text.chars().find(|letter| letter.is_control() && *letter != '\n');
        assert_eq!(steering, None, "{}", found.slug());
    }
}

#[test]
fn a_cell_that_could_not_be_prepared_is_a_row_that_says_so() {
    let mut run = run(&["a"]);
    run.trials.retain(|trial| trial.cell != 2);
    run.preparations.get_mut(2).unwrap().failure = Some(plimsoll_model::Failure {
        phase: Phase::Prepare,
        kind: FailureKind::BadArtifact,
        message: "`hello.wasm` is cut short: build it again".to_owned(),
        diff: None,
    });
    let text = export(&run, "table", of_width(120));
    assert!(text.contains("not prepared") && text.contains("`hello.wasm` is cut short"), "{text}");
}

#[test]
fn a_run_that_measured_nothing_still_has_a_report() {
    let mut run = run(&["a"]);
    run.trials.clear();
    run.preparations.clear();
    run.loads.clear();
    run.end = None;
    for found in of_one_file() {
        assert!(!export(&run, found.slug(), Style::default()).is_empty());
    }
    assert!(export(&run, "table", of_width(80)).contains("0 of 120 trials are here"));
}

#[test]
fn every_form_has_a_title_of_its_own() {
    let titles: Vec<&str> = exporters().iter().map(|found| found.about().title).collect();
    assert_eq!(titles.iter().collect::<HashSet<_>>().len(), titles.len(), "{titles:?}");
    assert!(titles.iter().all(|title| !title.is_empty()), "{titles:?}");
}

#[test]
fn another_lane_can_be_the_baseline() {
    let run = run(&["a"]);
    let report = Report::against(&run, Some(slug("native")));
    assert!(report.comparisons.iter().all(|found| found.baseline == slug("native")));
    assert!(report.comparisons.iter().any(|found| found.lane == slug("docker") && found.ratio > 100.0));
}
