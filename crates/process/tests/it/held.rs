//! A child that waits before it executes its program.

use std::fs;

use plimsoll_model::Limits;
use plimsoll_process::{Launch, ProcessError, Stream};

use crate::{block_until_end, cgroups, label, script};

fn command_of(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap().trim().to_owned()
}

#[tokio::test]
async fn it_stands_in_its_group_before_it_executes_and_is_the_same_process_after() {
    let group = cgroups().create(&label("held"), &Limits::default(), &[]).unwrap();
    let held = script("echo $$; cat /proc/self/cgroup").ready().unwrap().hold(Some(&group)).unwrap();
    let pid = held.pid();
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    assert!(groups.contains(&format!("plimsoll/{}", label("held"))), "{groups}");
    assert_ne!(command_of(pid), "sh", "it has not executed yet");
    let mut child = held.go().unwrap();
    assert_eq!(child.pid(), pid);
    assert_eq!(child.wait().await.unwrap().code, Some(0));
    let output = String::from_utf8(child.output().stdout).unwrap();
    assert!(output.starts_with(&format!("{pid}\n")), "{output}");
    group.remove().unwrap();
}

fn open_in(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// The line of a process's status, in hex: a bit for each signal.
fn signals(status: &str, which: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap();
    u64::from_str_radix(line.trim_start_matches(':').trim(), 16).unwrap()
}

#[tokio::test]
async fn no_signal_is_blocked_or_ignored_in_the_program_whatever_is_so_here() {
    let _ours = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1()).unwrap();
    let launch = Launch::new("/bin/cat").arg("/proc/self/status").stdout(Stream::Capture { bytes: 1 << 14 });
    let mut child = launch.ready().unwrap().spawn(None).unwrap();
    child.wait().await.unwrap();
    let status = String::from_utf8(child.output().stdout).unwrap();
    let ours = fs::read_to_string("/proc/self/status").unwrap();
    assert_ne!(signals(&ours, "SigIgn"), 0, "the runtime of our language ignores one at least");
    assert_eq!((signals(&status, "SigBlk"), signals(&status, "SigIgn")), (0, 0), "{status}");
}

#[tokio::test]
async fn a_child_that_waits_keeps_nobodys_pipe_open() {
    let mut first = Launch::new("/bin/cat").stdin(Stream::Pipe).ready().unwrap().spawn(None).unwrap();
    let second = script("true").ready().unwrap().hold(None).unwrap();
    while open_in(second.pid()) > 4 {
        tokio::task::yield_now().await;
    }
    drop(first.take_stdin());
    assert_eq!(first.wait().await.unwrap().code, Some(0), "it meets the end of its input");
    drop(second);
}

#[tokio::test]
async fn several_may_stand_at_once_and_go_in_any_order() {
    let hold = |code: u8| script(&format!("exit {code}")).ready().unwrap().hold(None).unwrap();
    let (first, second) = (hold(3), hold(5));
    let mut second = second.go().unwrap();
    assert_eq!(second.wait().await.unwrap().code, Some(5));
    let mut first = first.go().unwrap();
    assert_eq!(first.wait().await.unwrap().code, Some(3));
}

#[test]
fn one_that_never_goes_is_killed_with_what_holds_it() {
    let held = script("true").ready().unwrap().hold(None).unwrap();
    let pid = held.pid();
    drop(held);
    block_until_end(pid);
    assert!(!fs::exists(format!("/proc/{pid}")).unwrap(), "it was waited for");
}

#[test]
fn what_can_not_be_confined_or_executed_is_told_apart() {
    let confined = script("true").cpus(&[9_999]).ready().unwrap().hold(None).unwrap_err();
    assert!(matches!(confined, ProcessError::Confine { .. }), "{confined}");
    let held = Launch::new("/nowhere/program").ready().unwrap().hold(None).unwrap();
    let pid = held.pid();
    let refused = held.go().unwrap_err();
    assert!(matches!(refused, ProcessError::Execute { .. }), "{refused}");
    block_until_end(pid);
}
