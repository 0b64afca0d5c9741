use std::io::Write;

use plimsoll_model::Record;
use plimsoll_store::{Store, StoreError};

use crate::fixture::{begun, in_parts, run};

const ID: &str = "r20261121-013200-7f3a";

#[test]
fn a_journal_is_followed_while_it_grows_and_beyond_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let mut journal = begun(&store, 2);
    let mut follower = store.follow(ID).unwrap();
    assert!(follower.run().is_none());
    assert!(follower.catch_up().unwrap());
    assert_eq!(follower.run().unwrap().trials.len(), 2);
    assert!(!follower.catch_up().unwrap());
    let (_, trials) = in_parts(3);
    journal.append(trials.last().unwrap()).unwrap();
    journal.append(&Record::End(run().end.unwrap())).unwrap();
    journal.finish().unwrap();
    assert!(follower.catch_up().unwrap());
    assert_eq!((follower.run().unwrap().trials.len(), follower.run().unwrap().end.is_some()), (3, true));
}

#[test]
fn a_line_that_is_half_written_waits_for_its_rest() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let path = begun(&store, 0).path().to_owned();
    let mut follower = store.follow(ID).unwrap();
    follower.catch_up().unwrap();
    let (_, trials) = in_parts(1);
    let line = serde_json::to_vec(&trials[0]).unwrap();
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(&line[..40]).unwrap();
    assert!(!follower.catch_up().unwrap());
    file.write_all(&line[40..]).unwrap();
    file.write_all(b"\n").unwrap();
    assert!(follower.catch_up().unwrap());
    assert_eq!(follower.run().unwrap().trials.len(), 1);
}

#[test]
fn a_journal_of_nonsense_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    std::fs::write(folder.path().join("x.journal"), "nonsense\n").unwrap();
    let refused = store.follow("x").unwrap().catch_up();
    assert!(matches!(refused, Err(StoreError::Format { line: 1, .. })), "{refused:?}");
}
