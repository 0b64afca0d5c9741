use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use plimsoll_model::Limits;
use plimsoll_process::{Launch, ProcessError, Stream};
use plimsoll_runtime::CgroupPaths;
use plimsoll_runtime::proc::Stat;
use rustix::process::{Pid, Signal, kill_process};

use crate::{cgroups, label, run, script};

const LONG: Duration = Duration::from_secs(60);

fn folders(group: &plimsoll_process::Cgroup) -> Vec<PathBuf> {
    group.folders().iter().flat_map(CgroupPaths::folders).map(PathBuf::from).collect()
}

#[tokio::test]
async fn a_process_that_exits_at_once_is_seen_and_its_group_goes() {
    let (mut child, group) = run(Launch::new("/bin/true"), "true", &Limits::default(), &[]);
    assert_eq!(child.wait().await.unwrap().code, Some(0));
    assert_eq!(child.try_wait().unwrap().unwrap().code, Some(0));
    let folders = folders(&group);
    assert!(!folders.is_empty() && folders.iter().all(|folder| folder.is_dir()), "{folders:?}");
    group.remove().unwrap();
    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
}

#[tokio::test]
async fn sigterm_ends_a_process_that_handles_it() {
    let mut child = script("trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done")
        .stdout(Stream::Pipe)
        .ready()
        .unwrap()
        .spawn(None)
        .unwrap();
    child.take_stdout().unwrap().read_exact(&mut [0; 3]).unwrap();
    let stopped = child.terminate(LONG).await.unwrap();
    assert_eq!((stopped.ending.code, stopped.killed), (Some(7), false));
}

#[tokio::test]
async fn a_process_that_ignores_sigterm_is_killed_and_what_it_started_goes_with_the_group() {
    let launch = script("trap '' TERM; sleep 1000 & echo up; while :; do sleep 1000; done");
    let (mut child, group) = run(launch.stdout(Stream::Pipe), "ignores", &Limits::default(), &[]);
    child.take_stdout().unwrap().read_exact(&mut [0; 3]).unwrap();
    let stopped = child.terminate(Duration::from_millis(50)).await.unwrap();
    assert_eq!((stopped.ending.signal, stopped.killed), (Some(9), true));
    let folders = folders(&group);
    let left = std::fs::read_to_string(folders[0].join("cgroup.procs")).unwrap();
    assert_ne!(left, "", "the shell's children outlive it");
    group.remove().unwrap();
    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
    // One that nobody has waited for yet still has an entry.
    let gone = |pid: &str| Stat::of(pid.parse().unwrap()).map_or(true, |stat| stat.has_ended());
    assert!(left.lines().all(gone), "{left}");
}

#[tokio::test]
async fn a_process_killed_from_outside_is_told_with_its_signal() {
    let mut child = Launch::new("/bin/sleep").arg("1000").ready().unwrap().spawn(None).unwrap();
    assert_eq!(child.try_wait().unwrap(), None);
    kill_process(Pid::from_raw(child.pid() as i32).unwrap(), Signal::KILL).unwrap();
    assert_eq!(child.wait().await.unwrap().signal, Some(9));
    let stopped = child.terminate(LONG).await.unwrap();
    assert_eq!((stopped.ending.signal, stopped.killed), (Some(9), false));
}

#[tokio::test]
async fn waiting_can_be_given_up_and_taken_up_again() {
    let mut child = script("read line; exit 5").stdin(Stream::Pipe).ready().unwrap().spawn(None).unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(20), child.wait()).await.is_err());
    child.take_stdin().unwrap().write_all(b"go\n").unwrap();
    assert_eq!(child.wait().await.unwrap().code, Some(5));
}

#[test]
fn a_child_that_is_dropped_is_killed_and_waited_for() {
    let child = Launch::new("/bin/sleep").arg("1000").ready().unwrap().spawn(None).unwrap();
    let entry = PathBuf::from(format!("/proc/{}", child.pid()));
    assert!(entry.exists());
    drop(child);
    assert!(!entry.exists());
}

#[test]
fn a_group_that_is_dropped_is_removed() {
    let group = cgroups().create(&label("dropped"), &Limits::default(), &[]).unwrap();
    let folders = folders(&group);
    drop(group);
    assert!(!folders.is_empty() && folders.iter().all(|folder| !folder.exists()), "{folders:?}");
}

#[test]
fn a_missing_program_and_one_that_is_no_program_are_told_apart_from_limits() {
    for (program, number) in [("/does/not/exist", 2), ("/etc/passwd", 13)] {
        let launched = Launch::new(program).ready().unwrap().spawn(None);
        let Err(ProcessError::Execute { program: named, source }) = launched else { panic!("{launched:?}") };
        assert_eq!((named, source.raw_os_error()), (program.into(), Some(number)));
    }
}
