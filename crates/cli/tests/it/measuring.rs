//! A small real plan on real Docker and real Wasmtime.

use insta::assert_snapshot;
use serde_json::Value;

use crate::ground::{Ended, Ground, machine, repository};

#[test]
fn a_small_real_plan_ends_with_a_run_that_the_published_schema_describes() {
    let _machine = machine();
    let ground = Ground::new();
    let ended = ground.run(&[
        "bench",
        "hello",
        "json-api",
        "--lane",
        "docker",
        "--lane",
        "wasmtime",
        "--lane",
        "native",
        "--trials",
        "1",
        "--arms",
        "1",
        "--duration",
        "200ms",
        "--seed",
        "7",
    ]);
    assert!(ended.stdout.contains("Run file: "), "{ended}");
    let run = ground.only_run();
    assert_is_as_published(&run);
    assert_eq!(run["end"]["reason"], "completed");
    assert_eq!(run["plan"]["seed"], 7);

    let counted = run["trials"].as_array().unwrap().iter();
    let counted: Vec<&Value> = counted.filter(|trial| trial["purpose"] == "measured").collect();
    assert_eq!(counted.len(), 6, "one trial for each of two workloads in three lanes");
    let has = |state: &str| counted.iter().any(|trial| trial["outcome"]["state"] == state);
    assert!(has("passed") && !has("failed"), "{ended}");
    // On a busy machine the load generator may be late: then the only load is invalid, and the exit code says so.
    ended.assert_code(if has("invalid") { 1 } else { 0 });
    assert_it_can_be_shown(&ground, run["id"].as_str().unwrap());
}

#[test]
fn noise_is_measured_by_runs_of_one_plan_under_one_load_on_the_same_cores() {
    let _machine = machine();
    let ground = Ground::new();
    let plan =
        ["hello", "json-api", "--lane", "native", "--trials", "10", "--arms", "1", "--duration", "100ms"];
    let ended = ground.run(&[["noise", "--runs", "5"].as_slice(), &plan].concat());
    ended.assert_code(0);
    assert!(ended.stdout.contains("Noise between 5 runs on this host"), "{ended}");
    let runs = ground.runs();
    assert_eq!(runs.len(), 5);
    for run in &runs {
        assert_eq!(run["site"]["host"]["cpus"], runs[0]["site"]["host"]["cpus"]);
        assert_eq!(run["site"]["pinning"], runs[0]["site"]["pinning"]);
        assert_eq!(run["loads"][0]["rate_milli"], runs[0]["loads"][0]["rate_milli"]);
    }
}

fn assert_is_as_published(run: &Value) {
    let schema = std::fs::read(repository().join("docs/schema/run-v2.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
    let faults: Vec<String> = validator.iter_errors(run).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

fn assert_it_can_be_shown(ground: &Ground, id: &str) {
    let listed = ground.run(&["list", "--json"]).json();
    assert_eq!(listed[0]["run"]["id"], id);
    assert!(ground.run(&["list"]).stdout.contains(id));
    for format in ["--table", "--csv", "--markdown"] {
        let shown = ground.run(&["show", id, format]);
        shown.assert_code(0);
        assert!(shown.stdout.contains("wasmtime"), "{format}: {shown}");
    }
    assert_eq!(ground.run(&["show", id, "--json"]).json()["id"], id);
    assert!(ground.run(&["show", id, "--baseline", "native"]).stdout.contains("native"));
    let wrong = ground.run(&["show", id, "--baseline", "docker+hostnet"]);
    wrong.assert_code(2);
    assert_snapshot!("show_unknown_baseline", wrong.stderr.replace(id, "RUN"));
    ground.run(&["rm", id]).assert_code(0);
    assert_eq!(ground.run(&["list", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn for_machines_the_run_is_the_only_output_and_a_copy_is_written_where_asked() {
    let _machine = machine();
    let ground = Ground::new();
    let copy = ground.data_folder().join("copy.json");
    let copy = copy.to_str().unwrap();
    let words = ["bench", "hello", "--lane", "native", "--trials", "1", "--json", "--output", copy];
    let ended = ground.run(&words);
    ended.assert_code(0);
    let printed = ended.json();
    assert_eq!(printed, ground.only_run());
    let copied: Value = serde_json::from_slice(&std::fs::read(copy).unwrap()).unwrap();
    assert_eq!(printed, copied);

    // What is there already is told of before anything is measured.
    let again = ground.run(&words);
    again.assert_code(2);
    assert!(again.stderr.contains("there already") && again.stderr.contains("--force"), "{again}");
    assert_eq!(printed, ground.only_run());
}

#[test]
fn without_docker_the_other_lanes_run_and_the_run_says_what_was_left_out() {
    let _machine = machine();
    let ground = Ground::new();
    let mut command = ground.command(&["bench", "hello", "--trials", "1"]);
    let ended = Ended::of(command.env("DOCKER_HOST", "unix:///nonexistent.sock").output().unwrap());
    ended.assert_code(0);
    assert!(ended.stderr.contains("lane `docker` was left out"), "{ended}");
    let run = ground.only_run();
    let lanes = run["plan"]["lanes"].as_array().unwrap().iter().map(|lane| lane["slug"].as_str().unwrap());
    assert_eq!(lanes.collect::<Vec<_>>(), ["wasmtime", "wasmtime-process", "native"]);
    let left_out = run["left_out"].as_array().unwrap().iter().map(|left| left["lane"].as_str().unwrap());
    assert_eq!(left_out.collect::<Vec<_>>(), ["docker", "docker+hostnet"]);
}

#[test]
fn a_lane_that_was_named_and_is_not_available_ends_the_command_with_3() {
    let _machine = machine();
    let ground = Ground::new();
    let mut command = ground.command(&["bench", "hello", "--lane", "docker", "--lane", "native"]);
    let ended = Ended::of(command.env("DOCKER_HOST", "unix:///nonexistent.sock").output().unwrap());
    ended.assert_code(3);
    assert_eq!(ended.stdout, "");
    assert_snapshot!("lane_not_available", ended.stderr);
}

#[test]
fn an_output_that_differs_fails_the_trial_and_the_command_ends_with_1() {
    let _machine = machine();
    let ground = Ground::new();
    let folder = ground.data_folder().join("workloads/hello");
    copy_folder(&repository().join("workloads/hello"), &folder);
    let expected = folder.join("expected");
    for file in std::fs::read_dir(expected).unwrap() {
        std::fs::write(file.unwrap().path(), "Something else.\n").unwrap();
    }
    let folder = folder.to_str().unwrap();
    let ended = ground.run(&["bench", "--workloads", folder, "--lane", "native", "--trials", "1"]);
    ended.assert_code(1);
    assert!(ended.stderr.contains("Something else."), "no difference is shown: {ended}");
    let told = ended.stderr.lines().find(|line| line.starts_with("note: exit code 1: "));
    assert!(told.is_some_and(|line| line.contains("trials failed")), "why is not told: {ended}");
    let run = ground.only_run();
    let failed =
        run["trials"].as_array().unwrap().iter().filter(|trial| trial["outcome"]["state"] == "failed");
    assert!(failed.count() > 0);
}

pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
