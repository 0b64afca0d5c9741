//! Which engine is asked, and what is told of one that answers and is of no use.

use std::process::Command;

use serde_json::Value;

use crate::ground::{Ended, Ground, PLIMSOLL, like, machine};

/// A call in a network of its own, where the engine's socket is reached and none of its ports.
fn apart(ground: &Ground, arguments: &[&str]) -> Ended {
    let mut command = Command::new("unshare");
    command.args(["--net", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\"", PLIMSOLL]).args(arguments);
    like(&ground.command(arguments), &mut command);
    Ended::of(command.output().unwrap())
}

#[test]
fn in_a_network_apart_from_the_engine_s_its_lanes_are_told_and_left_out() {
    let _machine = machine();
    let ground = Ground::new();
    let doctor = apart(&ground, &["doctor", "--json"]);
    doctor.assert_code(3);
    let diagnosis = doctor.json();
    let checks = diagnosis["checks"].as_array().unwrap();
    for lane in ["lane `docker`", "lane `docker+hostnet`"] {
        let check = checks.iter().find(|check| check["what"] == lane).unwrap();
        assert_eq!(check["status"], "problem", "{check}");
        let finding = check["finding"].as_str().unwrap();
        assert!(finding.contains("its port is not reached from here"), "{check}");
        assert!(finding.contains("at `unix:///var/run/docker.sock`"), "{check}");
        assert!(check["remedy"].as_str().unwrap().contains("network"), "{check}");
    }
    apart(&ground, &["bench", "hello", "--trials", "1"]).assert_code(0);
    let run = ground.only_run();
    let left_out: Vec<&Value> =
        run["left_out"].as_array().unwrap().iter().map(|left| &left["lane"]).collect();
    assert_eq!(left_out, ["docker", "docker+hostnet"]);
    // What is left there can be removed all the same: the engine answers.
    let clean = apart(&ground, &["clean", "--json"]);
    let told = clean.json();
    let skipped: Vec<&Value> = told["skipped"].as_array().unwrap().iter().map(|lane| &lane["lane"]).collect();
    assert!(skipped.iter().all(|lane| *lane == "podman"), "{clean}");
}

#[test]
fn a_context_that_is_not_there_is_told_by_its_name() {
    let _machine = machine();
    let mut command = Ground::new().command(&["doctor", "--json"]);
    let ended = Ended::of(command.env("DOCKER_CONTEXT", "gone").output().unwrap());
    ended.assert_code(3);
    let docker = &ended.json()["checks"][0];
    assert_eq!(docker["status"], "problem", "{docker}");
    assert!(docker["finding"].as_str().unwrap().contains("`gone`"), "{docker}");
}

#[test]
fn a_run_tells_which_engine_was_measured() {
    let _machine = machine();
    let ground = Ground::new();
    ground.run(&["bench", "hello", "--trials", "1", "--lane", "docker"]).assert_code(0);
    let run = ground.only_run();
    assert_eq!(run["site"]["host"]["versions"]["docker-endpoint"], "unix:///var/run/docker.sock");
}
