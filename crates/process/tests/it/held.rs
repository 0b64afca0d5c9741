//! A child that waits before it executes its program.

use std::fs;

use plimsoll_model::Limits;
use plimsoll_process::{Launch, ProcessError};

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
