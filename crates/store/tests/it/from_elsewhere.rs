use std::fs;
use std::path::Path;

use plimsoll_store::{Note, Provenance, State, Store, StoreError};

use crate::fixture::{names, path, run};

const ID: &str = "r20261121-013200-7f3a";

fn origin() -> Provenance {
    Provenance {
        capsule: "june.plimsoll".to_owned(),
        sha256: "00".repeat(32),
        opened_at: "2026-11-22T08:00:00Z".parse().unwrap(),
    }
}

#[test]
fn a_run_from_elsewhere_is_kept_as_it_was_and_says_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("runs"));
    let bytes = fs::read(path()).unwrap();
    let file = store.keep(&path(), &bytes, &origin()).unwrap();
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(names(&store), [format!("{ID}.json"), format!("{ID}.origin")]);

    let opened = store.open(ID).unwrap();
    assert_eq!((opened.run, opened.state), (run(), State::Finished));
    assert_eq!(opened.notes, [Note::FromElsewhere(origin())]);
    let listed = store.list().unwrap().remove(0).content.unwrap();
    assert_eq!(listed.origin, Some(origin()));
    assert!(opened.notes[0].to_string().starts_with("the run was not measured here: it came in the capsule"));
}

#[test]
fn kept_twice_it_stays_and_another_of_its_identity_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let bytes = fs::read(path()).unwrap();
    let own = folder.path().join(format!("{ID}.json"));
    fs::write(&own, &bytes).unwrap();
    assert_eq!(store.keep(&path(), &bytes, &origin()).unwrap(), own);
    assert_eq!(store.open(ID).unwrap().notes, [], "a run of one's own does not become a stranger's");

    fs::write(&own, "other").unwrap();
    let refused = store.keep(&path(), &bytes, &origin());
    assert!(matches!(refused, Err(StoreError::Other { .. })), "{refused:?}");
    assert_eq!(fs::read(&own).unwrap(), b"other");
}

#[test]
fn what_is_no_run_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("runs"));
    let refused = store.keep(Path::new("x.plimsoll"), b"{\"schema_version\":2}", &origin());
    assert!(matches!(refused, Err(StoreError::Format { .. })), "{refused:?}");
    assert!(!store.folder().exists());
}

#[test]
fn its_origin_goes_where_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    store.keep(&path(), &fs::read(path()).unwrap(), &origin()).unwrap();
    store.discard(ID).unwrap();
    assert_eq!(names(&store), ["trash"]);
    store.restore(ID).unwrap();
    assert_eq!(store.open(ID).unwrap().notes, [Note::FromElsewhere(origin())]);
    store.remove(ID).unwrap();
    assert_eq!(names(&store), ["trash"]);
}

#[test]
fn a_disk_that_takes_nothing_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("runs");
    fs::write(&taken, "a file where a folder should be").unwrap();
    let refused = Store::at(taken).keep(&path(), &fs::read(path()).unwrap(), &origin());
    assert!(matches!(refused, Err(StoreError::Read { .. } | StoreError::Write { .. })), "{refused:?}");
}
