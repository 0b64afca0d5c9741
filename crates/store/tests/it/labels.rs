use plimsoll_store::{Label, Store, StoreError};

use crate::fixture::begun;

const ID: &str = "r20261121-013200-7f3a";

fn kept() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("runs"));
    begun(&store, 2).finish().unwrap();
    (folder, store)
}

#[test]
fn a_label_is_kept_beside_its_run_and_goes_with_it() {
    let (_folder, store) = kept();
    assert_eq!(store.label(ID).unwrap(), Label::default());
    let label = Label { name: Some("before <b>".to_owned()), tags: vec!["arm".to_owned()] };
    store.set_label(ID, &label).unwrap();
    assert_eq!(store.label(ID).unwrap(), label);
    assert_eq!(store.list().unwrap().len(), 1);
    assert_eq!(store.remove(ID).unwrap().len(), 2);
}

#[test]
fn a_damaged_label_is_told_and_does_not_keep_the_run_from_opening() {
    let (_folder, store) = kept();
    std::fs::write(store.folder().join(format!("{ID}.label")), "{\"name\": 7}").unwrap();
    assert!(matches!(store.label(ID), Err(StoreError::Format { .. })));
    store.open(ID).unwrap();
}

#[test]
fn a_discarded_run_comes_back_with_its_label_until_the_trash_is_emptied() {
    let (_folder, store) = kept();
    let label = Label { name: Some("kept".to_owned()), tags: Vec::new() };
    store.set_label(ID, &label).unwrap();
    assert_eq!(store.discard("r2026").unwrap(), ID);
    assert!(store.list().unwrap().is_empty());
    store.restore(ID).unwrap();
    assert_eq!(store.label(ID).unwrap(), label);
    store.discard(ID).unwrap();
    store.empty_trash().unwrap();
    assert!(matches!(store.restore(ID), Err(StoreError::NotFound { .. })));
}

#[test]
fn a_run_that_goes_on_can_not_be_discarded_and_nothing_outside_can_be_restored() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 1);
    assert!(matches!(store.discard(ID), Err(StoreError::StillRunning { .. })));
    drop(journal);
    assert!(matches!(store.restore("../x"), Err(StoreError::NotFound { .. })));
}
