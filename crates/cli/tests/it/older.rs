//! What earlier versions kept: it opens, and every table of it is what they printed.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::ground::{Ground, repository};

/// Kept by a build that wrote format 1, with the documents that it made of it. The sentence that it repeated below the only
/// table of a comparison is left out.
fn kept(name: &str) -> PathBuf {
    repository().join("crates/cli/tests/fixtures/format-1").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(kept(name)).unwrap()
}

/// What stands under each heading of a document in Markdown, whatever the order of the headings.
fn parts(document: &str) -> BTreeSet<&str> {
    document.split("\n## ").map(str::trim_end).collect()
}

#[test]
fn a_run_with_versions_and_lanes_left_out_reads_as_it_did() {
    let ground = Ground::new();
    let run = kept("against-and-left-out.json");
    let shown = ground.run(&["show", run.to_str().unwrap(), "--markdown"]);
    shown.assert_code(0);
    assert_eq!(parts(&shown.stdout), parts(&text("against-and-left-out.md")));
    assert!(shown.stderr.contains("written in format 1"), "{shown}");
    let compared = ground.run(&["compare", run.to_str().unwrap(), "--markdown"]);
    compared.assert_code(0);
    assert_eq!(parts(&compared.stdout), parts(&text("compared.md")));
}

#[test]
fn a_capsule_reads_as_it_did() {
    let ground = Ground::new();
    let shown = ground.run(&["show", kept("run.plimsoll").to_str().unwrap(), "--markdown"]);
    shown.assert_code(0);
    assert_eq!(parts(&shown.stdout), parts(&text("against-and-left-out.md")));
}

#[test]
fn an_interrupted_run_reads_as_far_as_it_came_and_is_listed_with_the_others() {
    let ground = Ground::new();
    let runs = ground.data_folder().join("plimsoll/runs");
    fs::create_dir_all(&runs).unwrap();
    let (journal, run) = ("r20261127-105011-67eb", "r20261127-104944-e04b");
    fs::copy(kept("interrupted.journal"), runs.join(format!("{journal}.journal"))).unwrap();
    fs::copy(kept("against-and-left-out.json"), runs.join(format!("{run}.json"))).unwrap();
    let shown = ground.run(&["show", journal, "--markdown"]);
    shown.assert_code(0);
    assert_eq!(parts(&shown.stdout), parts(&text("interrupted.md")));
    let listed = ground.run(&["list", "--json"]).json();
    let of = |at: usize, field: &str| listed[at]["run"][field].clone();
    assert_eq!([of(0, "id"), of(1, "id")], [journal, run]);
    assert_eq!((of(0, "state"), of(1, "state")), ("unfinished".into(), "finished".into()));
    assert_eq!(of(1, "workloads"), serde_json::json!(["hello"]));
    assert_eq!(of(1, "lanes"), serde_json::json!(["wasmtime", "wasmtime-process", "native"]));
}
