use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_model::{Record, Run};
use plimsoll_store::{Journal, Store};

/// A run as this format has it.
pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/run-v2.json")
}

/// The same run as the first format had it.
pub(crate) fn first_format() -> PathBuf {
    path().with_file_name("run-v1.json")
}

pub(crate) fn text() -> String {
    fs::read_to_string(path()).unwrap()
}

pub(crate) fn run() -> Run {
    serde_json::from_str(&text()).unwrap()
}

/// Begins the fixture's run and measures its first trials.
pub(crate) fn begun(store: &Store, trials: usize) -> Journal {
    let (head, trials) = in_parts(trials);
    let mut journal = store.begin(&head).unwrap();
    for trial in trials {
        journal.append(&trial).unwrap();
    }
    journal
}

/// The fixture's run before anything was measured, and the records of its first trials.
pub(crate) fn in_parts(trials: usize) -> (Run, Vec<Record>) {
    let mut head = run();
    head.end = None;
    let all = std::mem::take(&mut head.trials);
    (head, all.into_iter().take(trials).map(|trial| Record::Trial(Box::new(trial))).collect())
}

/// An error's text without the folder of this test, for snapshots.
pub(crate) fn shown(error: &plimsoll_store::StoreError, folder: &Path) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}\n  because: {error}");
        cause = error.source();
    }
    let real = folder.canonicalize().unwrap();
    text.replace(&real.display().to_string(), "FOLDER").replace(&folder.display().to_string(), "FOLDER")
}

/// Everything in the store's folder, by name.
pub(crate) fn names(store: &Store) -> Vec<String> {
    let entries = fs::read_dir(store.folder()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
