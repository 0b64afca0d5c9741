use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll_model::Record;
use plimsoll_store::{State, Store, StoreError};

use crate::fixture::{begun, in_parts, shown};

/// A small disk in memory, taken down again at the end. Needs root.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn of(options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "plimsoll-test"])
            .arg(folder.path())
            .status()
            .unwrap();
        assert!(mounted.success(), "mounting a tmpfs needs root");
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> =
            fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "the test's tmpfs stays mounted");
    }
}

#[test]
fn on_a_full_disk_the_journal_stays_whole_and_goes_on_once_there_is_room() {
    let disk = Disk::of("size=256k");
    let store = Store::at(disk.path());
    let mut journal = begun(&store, 3);
    let ballast = disk.path().join("ballast");
    // Fills what is left; that it ends in an error is what it is for.
    let _ = fs::write(&ballast, vec![0; 1 << 20]);
    let trials = in_parts(120).1;
    let mut kept = 3;
    let error = loop {
        match journal.append(trials.get(kept).unwrap()) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    insta::assert_snapshot!(shown(&error, disk.path()));
    assert_eq!(store.open("r2026").unwrap().run.trials.len(), kept);
    fs::remove_file(ballast).unwrap();
    journal.append(trials.get(kept).unwrap()).unwrap();
    assert_eq!(store.open("r2026").unwrap().run.trials.len(), kept + 1);
}

#[test]
fn a_disk_that_fills_up_at_the_end_leaves_the_journal_and_nothing_half_written() {
    let disk = Disk::of("size=256k");
    let store = Store::at(disk.path());
    let journal = begun(&store, 120);
    let path = journal.path().to_owned();
    let ballast = disk.path().join("ballast");
    let _ = fs::write(&ballast, vec![0; 1 << 20]);
    let error = journal.finish().unwrap_err();
    assert!(matches!(error, StoreError::Finish { .. }));
    insta::assert_snapshot!(shown(&error, disk.path()));
    assert_eq!(disk.files(), [ballast, path]);
    let opened = store.open("r2026").unwrap();
    assert_eq!((opened.run.trials.len(), opened.state), (120, State::Unfinished));
}

#[test]
fn a_full_disk_at_the_begin_leaves_nothing() {
    let disk = Disk::of("size=16k");
    let store = Store::at(disk.path());
    let mut head = in_parts(0).0;
    head.site.host.os = Some("x".repeat(64 << 10));
    let error = store.begin(&head).unwrap_err();
    insta::assert_snapshot!(shown(&error, disk.path()));
    assert_eq!(disk.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_read_only_folder_is_named_with_the_way_out() {
    let disk = Disk::of("ro");
    let inside = Store::at(disk.path().join("plimsoll/runs")).begin(&in_parts(0).0).unwrap_err();
    let itself = Store::at(disk.path()).begin(&in_parts(0).0).unwrap_err();
    insta::assert_snapshot!([inside, itself].map(|error| shown(&error, disk.path())).join("\n"));
}

#[test]
fn a_journal_that_vanished_is_an_error_and_not_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 1);
    fs::remove_file(journal.path()).unwrap();
    assert!(matches!(journal.finish(), Err(StoreError::Read { .. })));
    let mut journal = begun(&store, 1);
    fs::remove_file(journal.path()).unwrap();
    let trial = in_parts(1).1.into_iter().next().unwrap();
    assert!(matches!(trial, Record::Trial(_)));
    journal.append(&trial).unwrap();
}
