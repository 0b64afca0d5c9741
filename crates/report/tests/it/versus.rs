//! Runs set against a base run, in sentences.

use plimsoll_analysis::{MayChange, compare_runs};
use plimsoll_model::{ArtifactRecord, Entry, Form, Reading, Row, Run};
use plimsoll_report::Headline;
use plimsoll_report::versus::Versus;

use crate::made_up::{run, slug};

/// The same run under another name, in which a component is larger.
fn larger(run: &Run) -> Run {
    let mut new = run.clone();
    new.id = slug("r2");
    let wire = new.series.iter().position(|series| series.metric.as_str() == "wire_size").unwrap() as u32;
    let rows = new.rows.clone();
    for made in &mut new.preparations {
        let row = &rows[made.row as usize];
        let wasmtime = (row.lane.as_str(), row.case.workload.as_str()) == ("wasmtime", "hello");
        for Entry(at, reading) in made.samples.iter_mut().filter(|_| wasmtime) {
            if *at == wire {
                *reading = Reading::Value(200_000);
            }
        }
    }
    new
}

fn said(base: &Run, new: &Run) -> Headline {
    let found = compare_runs(base, &[new], None, &MayChange::Nothing);
    Versus::of(base, &[new], found, None).headline()
}

#[test]
fn what_is_equal_and_what_is_not_judged_are_counted_beside_what_is_worse() {
    let base = run(&["a", "b"]);
    let mut new = larger(&base);
    // Nothing tells the noise between runs: a start that takes twice as long is not judged.
    let start = new.series.iter().position(|series| series.metric.as_str() == "cold_start").unwrap() as u32;
    let native = new.cells_in(&crate::made_up::case("hello"), &slug("native"));
    for trial in new.trials.iter_mut().filter(|trial| native.contains(&trial.cell)) {
        for Entry(at, reading) in &mut trial.samples {
            if let (true, Reading::Value(ns)) = (*at == start, reading) {
                *ns *= 2;
            }
        }
    }
    let told = said(&base, &new);
    insta::assert_snapshot!(format!("{}\n{}\n{}", told.big, told.second, told.chip));
}

#[test]
fn of_two_runs_that_are_the_same_no_figure_is_told_as_news() {
    let base = run(&["a", "b"]);
    let mut same = base.clone();
    same.id = slug("r2");
    let found = compare_runs(&base, &[&same], None, &MayChange::Nothing);
    let versus = Versus::of(&base, &[&same], found, None);
    let all = versus.sheets().into_iter().map(|sheet| sheet.headline).chain([versus.headline()]);
    for told in all {
        let text = format!("{} {}", told.big, told.second);
        assert!(!text.contains("1.00×"), "{text}");
        assert!(told.second.starts_with(|first: char| !first.is_lowercase()), "{text}");
    }
}

#[test]
fn images_that_are_not_the_same_are_told_by_name_and_digest() {
    let of = |id: &str, name: &str, digest: &str| {
        let mut run = run(&["a", "b"]);
        run.id = slug(id);
        let hello = run.workloads.iter_mut().find(|workload| workload.name == slug("hello")).unwrap();
        hello.artifacts.push(ArtifactRecord { form: Form::Image, name: name.to_owned() });
        let rows = run.rows.clone();
        let is_it = |row: &Row| (row.lane.as_str(), row.case.workload.as_str()) == ("docker", "hello");
        for made in run.preparations.iter_mut().filter(|made| is_it(&rows[made.row as usize])) {
            made.digests.insert("image".to_owned(), format!("sha256:{}", digest.repeat(32)));
        }
        run
    };
    let told = |base: &Run, new: &Run| {
        let versus = Versus::of(base, &[new], compare_runs(base, &[new], None, &MayChange::Nothing), None);
        let remarks = versus.notes().into_iter().filter(|found| found.heading.contains("Images"));
        remarks.flat_map(|found| found.lines).collect::<Vec<_>>().join("\n")
    };
    let base = of("r1", "cart:1", "ab");
    let line = told(&base, &of("r2", "cart:2", "cd"));
    for part in ["`hello`: `cart:1` (`abababababab`) in the base", "`cart:2` (`cdcdcdcdcdcd`) in the new run"]
    {
        assert!(line.contains(part), "{line}");
    }
    assert!(told(&base, &of("r2", "cart:1", "cd")).contains("`cart:1` (`cdcdcdcdcdcd`)"));
    assert_eq!(told(&base, &of("r2", "cart:1", "ab")), "");
}
