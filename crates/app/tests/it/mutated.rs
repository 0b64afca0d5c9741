use std::fs;

use plimsoll_app::{Gate, Places, fuzz};
use proptest::prelude::*;

use crate::mutate::{Input, bytes, cases, corpus, lines, tried, values};

#[test]
fn every_kept_line_of_a_stream_is_heard() {
    let most = corpus("stream").iter().map(|input| fuzz::stream(&input.0).0).max();
    assert_eq!(most, Some(11), "each kind of line is kept");
}

#[test]
fn what_is_kept_of_files_of_requests_gives_requests_or_words() {
    let har: Vec<Option<usize>> = corpus("har").iter().map(|input| fuzz::har(&input.0)).collect();
    assert!(har.contains(&Some(4)) && har.contains(&None), "{har:?}");
    let openapi: Vec<Option<usize>> = corpus("openapi").iter().map(|input| fuzz::openapi(&input.0)).collect();
    assert!(openapi.contains(&Some(3)) && openapi.contains(&None), "{openapi:?}");
}

/// What a folder of these files, named alike or not, says as a baseline.
fn baseline(files: &[(String, Input)]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("kept");
    fs::create_dir(&runs).unwrap();
    for (name, Input(bytes)) in files {
        fs::write(runs.join(name), bytes).unwrap();
    }
    let places = Places { data_folder: Some(folder.path().to_owned()), ..Places::default() };
    let gate = Gate { baseline: Some(runs), places, ..Gate::default() };
    prop_assert!(!gate.read().unwrap().notes().is_empty());
    Ok(())
}

/// A file of a folder of runs, as its name says it.
fn file() -> impl Strategy<Value = (String, Input)> {
    let run = (0..4_u8, prop_oneof![bytes("run"), values("run")]);
    let journal = (0..4_u8, prop_oneof![bytes("journal"), lines("journal")]);
    prop_oneof![
        run.prop_map(|(name, input)| (format!("r{name}.json"), input)),
        journal.prop_map(|(name, input)| (format!("r{name}.journal"), input)),
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_mutated_stream_is_heard_and_shown(input in prop_oneof![bytes("stream"), lines("stream")]) {
        let (heard, live) = tried(|| fuzz::stream(&input.0));
        prop_assert!(heard <= input.0.split(|byte| *byte == b'\n').count());
        prop_assert!(live.fraction.is_finite());
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn a_mutated_file_of_requests_is_read_or_refused(
        har in prop_oneof![bytes("har"), lines("har")],
        openapi in prop_oneof![bytes("openapi"), lines("openapi")],
    ) {
        prop_assert!(tried(|| fuzz::har(&har.0)).is_none_or(|found| found <= 64));
        prop_assert!(tried(|| fuzz::openapi(&openapi.0)).is_none_or(|found| found <= 64));
    }

    #[test]
    fn a_folder_of_mutated_runs_is_a_baseline_or_none(files in prop::collection::vec(file(), 1..4)) {
        tried(|| baseline(&files))?;
    }
}
