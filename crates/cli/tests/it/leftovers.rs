//! After `kill -9`.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::docker::{self, Foreign};
use crate::ground::{Ended, Ground, like, machine};

#[test]
fn after_kill_9_cleaning_removes_what_is_ours_and_nothing_else() {
    let _machine = machine();
    let foreign = Foreign::create("plimsoll-test-foreign-clean");
    let ground = Ground::new();
    let pid = kill_while_a_container_runs(&ground);
    assert_eq!(docker::containers_of(pid).len(), 1);
    let cleaned = ground.run(&["clean", "--json"]);
    cleaned.assert_code(0);
    assert_ne!(cleaned.json()["removed"], json!([]), "{cleaned}");
    assert_eq!(docker::containers_of(pid), [""; 0]);
    assert!(foreign.is_there());
    assert!(ground.run(&["clean"]).stdout.contains("nothing to remove"));
}

#[test]
fn after_kill_9_the_next_run_removes_what_is_ours_and_nothing_else() {
    let _machine = machine();
    let foreign = Foreign::create("plimsoll-test-foreign-bench");
    let ground = Ground::new();
    let pid = kill_while_a_container_runs(&ground);
    let next = ground.run(&["bench", "hello", "--lane", "docker", "--trials", "1", "--arms", "1"]);
    next.assert_code(0);
    assert!(next.stderr.contains("removed what a dead run left"), "{next}");
    assert_eq!(docker::containers_of(pid), [""; 0]);
    assert!(foreign.is_there());
}

#[test]
fn what_a_run_outside_uses_is_left_by_who_cleans_in_a_pid_namespace_of_its_own() {
    let _machine = machine();
    let ground = Ground::new();
    let words = ["bench", "json-api", "--lane", "docker", "--lane", "native", "--trials", "500"];
    let mut command = ground.command(&words);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = child.id();
    docker::wait_for_container_of(pid);
    let cleaned = Ended::of(in_a_namespace(&ground, &["clean", "--json"]).output().unwrap());
    let goes_on = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    let after = ground.run(&["clean", "--json"]);
    cleaned.assert_code(0);
    assert_eq!(cleaned.json()["removed"], json!([]), "{cleaned}");
    let left = cleaned.json()["left"].to_string();
    assert!(left.contains("container") && left.contains("another PID namespace"), "{cleaned}");
    assert!(goes_on, "its run was broken off");
    after.assert_code(0);
    assert_ne!(after.json()["removed"], json!([]), "{after}");
    assert_eq!(docker::containers_of(pid), [""; 0]);
}

#[test]
fn what_a_run_in_a_pid_namespace_of_its_own_uses_is_left_by_who_cleans_outside() {
    let _machine = machine();
    let ground = Ground::new();
    let mut command = in_a_namespace(&ground, &["bench", "json-api", "--lane", "docker", "--trials", "500"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The first process of a namespace.
    docker::wait_for_container_of(1);
    let cleaned = ground.run(&["clean", "--json"]);
    let goes_on = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    cleaned.assert_code(0);
    assert_eq!(cleaned.json()["removed"], json!([]), "{cleaned}");
    assert!(goes_on, "its run was broken off");
    if std::fs::read_link("/proc/self/ns/pid").unwrap().to_str() != Some("pid:[4026531836]") {
        return;
    }
    // From the first namespace it is seen that it has ended; the namespace dies after whoever made it.
    let is_clean = || {
        ground.run(&["clean"]).assert_code(0);
        docker::containers_of(1).is_empty()
    };
    assert!((0..100).any(|_| is_clean()), "{:?}", docker::containers_of(1));
}

/// A call of `plimsoll` as the first process of a PID namespace, which ends with whoever called it.
fn in_a_namespace(ground: &Ground, words: &[&str]) -> Command {
    let of = ground.command(words);
    let mut command = Command::new("unshare");
    command
        .args(["--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(of.get_program())
        .args(of.get_args());
    like(&of, &mut command);
    command
}

fn kill_while_a_container_runs(ground: &Ground) -> u32 {
    let mut command = ground.command(&["bench", "json-api", "--lane", "docker", "--trials", "500"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    docker::wait_for_container_of(pid);
    child.kill().unwrap();
    let ended = Ended::of(child.wait_with_output().unwrap());
    assert_eq!(ended.code, None, "it has ended by itself: {ended}");
    pid
}
