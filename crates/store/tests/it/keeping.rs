use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use plimsoll_model::Record;
use plimsoll_store::{Note, State, Store, StoreError};

use crate::fixture::{begun, first_format, names, path, run, shown};

const ID: &str = "r20261121-013200-7f3a";

#[test]
fn a_run_of_the_first_format_still_opens() {
    let opened = Store::at("/nowhere").open(first_format()).unwrap();
    assert_eq!(
        (opened.state, opened.notes.as_slice()),
        (State::Finished, [Note::Upgraded { from: 1 }].as_slice())
    );
    assert_eq!((opened.run.schema_version, opened.run.trials.len()), (2, 120));
    assert_eq!(opened.run, run());
}

#[test]
fn a_run_is_kept_trial_by_trial_and_becomes_a_file_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("runs"));
    let mut journal = begun(&store, 120);
    assert_eq!(names(&store), [format!("{ID}.journal")]);
    assert_eq!(store.open(ID).unwrap().state, State::Running);
    journal.append(&Record::End(run().end.unwrap())).unwrap();
    let file = journal.finish().unwrap();
    assert_eq!(names(&store), [format!("{ID}.json")]);
    let opened = store.open(ID).unwrap();
    assert_eq!((opened.run, opened.path, opened.state), (run(), file, State::Finished));
}

#[test]
fn the_journal_of_a_killed_run_opens_as_far_as_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    drop(begun(&store, 7));
    let opened = store.open(ID).unwrap();
    assert_eq!((opened.run.trials.len(), opened.run.end, opened.state), (7, None, State::Unfinished));
}

#[test]
fn a_child_that_still_has_a_dead_runs_lock_does_not_make_it_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 7).path().to_owned();
    // `flock` locks what it shares with the child and ends, as a command does that was killed while it forked.
    let held = "exec 9<\"$1\"; flock 9; exec cat";
    let mut command = Command::new("sh");
    command.args(["-c", held, "sh"]).arg(&journal);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // What comes back was written by a child that has the lock.
    child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let locked = File::open(&journal).unwrap().try_lock_shared();
    let opened = store.open(ID).map(|opened| (opened.run.trials.len(), opened.state));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(matches!(locked, Err(TryLockError::WouldBlock)));
    assert_eq!(opened.unwrap(), (7, State::Unfinished));
}

#[test]
fn a_journal_cut_at_any_byte_opens_or_says_that_nothing_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 3).path().to_owned();
    let whole = fs::read(&journal).unwrap();
    let head = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for cut in (0..whole.len()).step_by(97) {
        fs::write(&journal, whole.get(..cut).unwrap()).unwrap();
        match store.open(ID) {
            Ok(opened) => assert!(cut >= head && opened.run.trials.len() <= 3),
            Err(StoreError::EmptyJournal { .. }) => assert!(cut <= head, "{cut}"),
            Err(error) => panic!("{cut}: {error}"),
        }
        assert_eq!(store.list().unwrap().len(), 1);
    }
}

#[test]
fn a_cut_last_line_is_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 3).path().to_owned();
    fs::OpenOptions::new().append(true).open(journal).unwrap().write_all(b"{\"trial\":{\"posi").unwrap();
    let opened = store.open(ID).unwrap();
    assert_eq!(
        (opened.run.trials.len(), opened.notes.as_slice()),
        (3, [Note::LastLineCut { line: 5 }].as_slice())
    );
    assert_eq!(
        opened.notes.first().unwrap().to_string(),
        "the journal's last line, 5, was cut short and is left out"
    );
}

#[test]
fn a_run_is_found_by_a_beginning_that_only_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    drop(begun(&store, 1));
    let mut other = run();
    other.id = "r20261122-100000-aaaa".parse().unwrap();
    drop(store.begin(&other).unwrap());
    assert_eq!(store.open("r20261121").unwrap().run.id.as_str(), ID);
    let errors =
        [store.open("r2026").unwrap_err(), store.open("x").unwrap_err(), store.open("").unwrap_err()];
    insta::assert_snapshot!(errors.map(|error| shown(&error, folder.path())).join("\n"));
}

#[test]
fn the_same_identity_can_not_begin_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 1);
    assert!(matches!(store.begin(&run()), Err(StoreError::Exists { .. })));
    journal.finish().unwrap();
    let error = store.begin(&run()).unwrap_err();
    insta::assert_snapshot!(shown(&error, folder.path()));
}

#[test]
fn the_list_has_the_newest_first_and_broken_files_with_their_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    assert!(Store::at(folder.path().join("absent")).list().unwrap().is_empty());
    begun(&store, 120).finish().unwrap();
    let mut later = run();
    later.id = "later".parse().unwrap();
    later.started_at = "2026-11-22T00:00:00Z".parse().unwrap();
    let running = store.begin(&later).unwrap();
    fs::write(folder.path().join("broken.json"), "{\"schema_version\":1,").unwrap();
    fs::write(folder.path().join("notes.txt"), "not ours").unwrap();
    let listed = store.list().unwrap();
    let ids: Vec<_> =
        listed.iter().map(|listed| listed.content.as_ref().map(|found| found.id.to_string()).ok()).collect();
    assert_eq!(ids, [Some("later".to_owned()), Some(ID.to_owned()), None]);
    let first = listed.first().unwrap().content.as_ref().unwrap();
    let second = listed.get(1).unwrap().content.as_ref().unwrap();
    assert_eq!((first.state, second.state), (State::Running, State::Finished));
    assert_eq!((second.trials, second.troubled, second.lanes.len()), (120, 1, 5));
    drop(running);
}

#[test]
fn a_run_that_goes_on_can_not_be_removed_and_a_finished_one_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let journal = begun(&store, 2);
    let error = store.remove(ID).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("run `{ID}` still goes on: stop it first, with Ctrl-C where it runs")
    );
    journal.finish().unwrap();
    let removed = store.remove("r2026").unwrap();
    assert_eq!(removed, [folder.path().join(format!("{ID}.json"))]);
    assert_eq!(names(&store), Vec::<String>::new());
}

#[test]
fn what_a_killed_process_left_half_written_is_gone_when_the_next_run_begins() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    fs::write(folder.path().join("dead.json.tmp"), "{").unwrap();
    let mut other = run();
    other.id = "alive".parse().unwrap();
    let alive = store.begin(&other).unwrap();
    assert_eq!(names(&store), ["alive.journal"]);
    fs::write(folder.path().join("alive.json.tmp"), "{").unwrap();
    drop(begun(&store, 1));
    assert!(names(&store).contains(&"alive.json.tmp".to_owned()));
    drop(alive);
}

#[test]
fn a_file_beside_its_journal_is_the_one_that_counts() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    drop(begun(&store, 3));
    fs::copy(path(), folder.path().join(format!("{ID}.json"))).unwrap();
    assert_eq!(store.open(ID).unwrap().run.trials.len(), 120);
    assert_eq!(store.list().unwrap().len(), 1);
}
