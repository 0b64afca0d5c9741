//! What is read first: what to know before all else, the verdict, all workloads at a glance.

use plimsoll_export::{Style, exporter};
use plimsoll_model::{Outcome, Run};
use plimsoll_report::Report;
use scraper::Html;

use crate::detailed::detailed;
use crate::paging::{found, page, said, words};

fn export(run: &Run, form: &str) -> String {
    let mut out = Vec::new();
    exporter(form).unwrap().write(&Report::of(run), Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A run of which most loads can't be trusted.
fn mostly_invalid() -> Run {
    let mut run = detailed(&["a"]);
    let reason = "the load generator was late";
    for trial in run.trials.iter_mut().filter(|trial| trial.aim().is_loaded()) {
        trial.outcome = Outcome::Invalid { reason: reason.to_owned() };
    }
    run
}

#[test]
fn where_most_loads_are_invalid_that_is_read_before_anything_else() {
    let run = mostly_invalid();
    let page = Html::parse_document(&page(&run));
    assert_eq!(found(&page, "main > section").first().and_then(|first| first.value().id()), Some("caution"));
    let told = said(&page, "#caution .banner");
    assert!(told.starts_with("16 of 16 loads were invalid, in json-api (docker, "), "{told}");
    assert!(told.contains("the load generator was late"), "{told}");
    for form in ["table", "markdown"] {
        let text = export(&run, form);
        let place = |of: &str| text.find(of).unwrap();
        assert!(place("loads were invalid, in json-api") < place("against docker"), "{form}");
    }
}

#[test]
fn a_run_of_sound_trials_says_nothing_before_the_verdict() {
    let page = Html::parse_document(&page(&detailed(&["a"])));
    assert!(found(&page, "#caution").is_empty());
}

#[test]
fn all_workloads_at_a_glance_tell_winner_factor_and_how_sure() {
    let page = Html::parse_document(&page(&detailed(&["a", "b"])));
    let rows: Vec<String> = found(&page, "#overview tbody tr").iter().map(words).collect();
    assert_eq!(rows.len(), 6, "three lanes beside the baseline in two workloads");
    assert!(rows[0].starts_with("hellowasmtime-process"), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("× fasterbeyond noise")), "{rows:?}");
    assert!(rows[0].ends_with("× smallerexact"), "{rows:?}");
    let unclaimed = said(&page, "#overview .lines");
    assert!(unclaimed.contains("Another machine"), "{unclaimed}");
}

#[test]
fn every_sheet_of_paper_bears_the_run_and_its_number() {
    let text = page(&detailed(&["a"]));
    assert!(text.contains("@bottom-left{content:\"Plimsoll run "), "no name");
    assert!(text.contains("\"page \" counter(page) \" of \" counter(pages)"), "no number");
}
