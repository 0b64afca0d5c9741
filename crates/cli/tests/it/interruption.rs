//! Ctrl-C.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::docker;
use crate::ground::{Ended, Ground, like, machine};

#[test]
fn ctrl_c_keeps_what_was_measured_and_leaves_no_container() {
    let _machine = machine();
    let ground = Ground::new();
    let child = start(&ground, &["json-api", "--lane", "docker", "--lane", "wasmtime", "--lane", "native"]);
    let pid = child.id();
    // As a terminal does it: to the whole foreground group, so the children get it too.
    signal("INT", &format!("-{pid}"));
    let ended = Ended::of(child.wait_with_output().unwrap());
    ended.assert_code(130);
    assert!(ended.stdout.contains("Run file: "), "{ended}");
    assert_eq!(docker::containers_of(pid), [""; 0]);
    let run = ground.only_run();
    assert_eq!(run["end"]["reason"], "interrupted");
    assert!(!run["trials"].as_array().unwrap().is_empty());
}

#[test]
fn a_second_ctrl_c_ends_at_once_and_the_run_opens_as_far_as_it_came() {
    let _machine = machine();
    let ground = Ground::new();
    // Removing a container takes the engine long enough that the first signal can't have ended the run when the
    // second one comes: both are sent while the command is stopped.
    let child = start(&ground, &["json-api", "--lane", "docker"]);
    let owner = child.id();
    let pid = owner.to_string();
    signal("STOP", &pid);
    signal("INT", &pid);
    signal("TERM", &pid);
    signal("CONT", &pid);
    let ended = Ended::of(child.wait_with_output().unwrap());
    ended.assert_code(130);
    assert_eq!(ended.stdout, "", "the second signal leaves no time for a table");
    let listed = ground.run(&["list", "--json"]).json();
    assert_eq!(listed[0]["run"]["state"], "unfinished");
    let id = listed[0]["run"]["id"].as_str().unwrap();
    ground.run(&["show", id]).assert_code(0);
    ground.run(&["clean"]).assert_code(0);
    assert_eq!(docker::containers_of(owner), [""; 0]);
}

#[test]
fn a_signal_that_was_ignored_at_the_start_ends_nothing() {
    let _machine = machine();
    let ground = Ground::new();
    let of = ground.command(&["bench", "hello", "--lane", "native", "--trials", "40", "--arms", "1"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' INT HUP; exec \"$0\" \"$@\""]).arg(of.get_program()).args(of.get_args());
    like(&of, &mut command);
    let child = first_trial_of(command);
    let pid = child.id().to_string();
    for name in ["INT", "HUP", "INT"] {
        signal(name, &pid);
    }
    Ended::of(child.wait_with_output().unwrap()).assert_code(0);
    assert_eq!(ground.only_run()["trials"].as_array().map(Vec::len), Some(41));
}

#[test]
fn ctrl_c_while_lanes_are_tried_leaves_nothing_of_what_they_are_tried_with() {
    let _machine = machine();
    let ground = Ground::new();
    for arguments in [&["lanes", "docker", "docker+hostnet"][..], &["doctor"]] {
        let mut command = ground.command(arguments);
        command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let pid = child.id();
        while docker::containers_of(pid).is_empty() {
            std::thread::yield_now();
        }
        signal("INT", &pid.to_string());
        let ended = Ended::of(child.wait_with_output().unwrap());
        ended.assert_code(130);
        assert!(ended.stderr.contains("stopped before all was tried"), "{ended}");
        assert_eq!(docker::containers_of(pid), [""; 0], "{arguments:?}");
    }
}

/// Starts a long run and returns when its first trial has ended.
fn start(ground: &Ground, arguments: &[&str]) -> Child {
    let mut command = ground.command(&["bench", "--trials", "500", "--rate", "50", "--duration", "30s"]);
    command.args(arguments);
    first_trial_of(command)
}

/// Starts it in a process group of its own and returns when its first trial has ended.
fn first_trial_of(mut command: Command) -> Child {
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(" trials") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it has ended before its first trial");
    }
    // Read to its end, or the command would meet a reader that has left.
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    child
}

fn signal(name: &str, target: &str) {
    let status = Command::new("kill").args(["-s", name, "--", target]).status().unwrap();
    assert!(status.success());
}
