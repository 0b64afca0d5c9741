//! After `kill -9`.

use std::process::Stdio;

use crate::docker::{self, Foreign};
use crate::ground::{Ended, Ground, machine};

#[test]
fn after_kill_9_cleaning_removes_what_is_ours_and_nothing_else() {
    let _machine = machine();
    let foreign = Foreign::create("plimsoll-test-foreign-clean");
    let ground = Ground::new();
    let pid = kill_while_a_container_runs(&ground);
    assert_eq!(docker::containers_of(pid).len(), 1);
    let cleaned = ground.run(&["clean", "--json"]);
    cleaned.assert_code(0);
    assert_ne!(cleaned.json()["removed"], serde_json::json!([]), "{cleaned}");
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
