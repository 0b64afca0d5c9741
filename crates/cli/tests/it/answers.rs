//! What the commands that measure nothing print.

use std::io::Read;
use std::process::Stdio;

use crate::ground::{Ended, Ground, machine};

#[test]
fn workloads_are_listed_with_what_they_do() {
    let ended = Ground::new().run(&["workloads", "--json"]);
    ended.assert_code(0);
    let listed = ended.json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|entry| entry["workload"]["name"].as_str()).collect();
    assert_eq!(names, ["hello", "image-edge", "json-api", "transform"]);
    assert!(Ground::new().run(&["workloads"]).stdout.contains("json-api"));
}

#[test]
fn a_broken_manifest_is_listed_with_line_and_column() {
    let ground = Ground::new();
    let folder = ground.data_folder().join("workloads/broken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("workload.toml"), "manifest_version = 1\nnme = \"broken\"\n").unwrap();
    let folders = folder.parent().unwrap().to_str().unwrap();
    let ended = ground.run(&["workloads", "--workloads", folders]);
    ended.assert_code(0);
    assert!(ended.stdout.contains("line 2, column 1"), "{ended}");
    let refused = ground.run(&["bench", "broken", "--workloads", folders]);
    refused.assert_code(3);
    assert!(refused.stderr.contains("line 2, column 1"), "{refused}");
}

#[test]
fn without_runs_the_list_is_empty_and_no_error() {
    let ended = Ground::new().run(&["list", "--json"]);
    ended.assert_code(0);
    assert_eq!(ended.json(), serde_json::json!([]));
    assert!(Ground::new().run(&["list"]).stdout.contains("no runs yet"));
}

#[test]
fn the_doctor_names_every_lane_and_what_makes_figures_unsure() {
    let _machine = machine();
    let ended = Ground::new().run(&["doctor", "--json"]);
    ended.assert_code(0);
    let diagnosis = ended.json();
    let looked_at: Vec<&str> =
        diagnosis["checks"].as_array().unwrap().iter().filter_map(|check| check["what"].as_str()).collect();
    for what in
        ["lane `docker`", "lane `wasmtime`", "lane `native`", "data folder", "cores", "rights", "memory"]
    {
        assert!(looked_at.contains(&what), "{what}: {looked_at:?}");
    }
}

#[test]
fn the_doctor_tells_that_docker_is_down_and_how_to_start_it() {
    let _machine = machine();
    let mut command = Ground::new().command(&["doctor", "--json"]);
    let ended = Ended::of(command.env("DOCKER_HOST", "unix:///nonexistent.sock").output().unwrap());
    ended.assert_code(3);
    let diagnosis = ended.json();
    let docker = &diagnosis["checks"][0];
    assert_eq!(docker["status"], "problem", "{ended}");
    assert!(docker["finding"].as_str().unwrap().contains("nonexistent.sock"), "{docker}");
    assert!(!docker["remedy"].as_str().unwrap().is_empty());
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let ground = Ground::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(ground.run(&["completions", shell]).stdout.contains("doctor"), "{shell}");
    }
    let folder = ground.data_folder().join("man");
    ground.run(&["man", "--dir", folder.to_str().unwrap()]).assert_code(0);
    assert!(folder.join("plimsoll-bench.1").is_file());
    assert!(ground.run(&["man"]).stdout.contains("plimsoll"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child =
        Ground::new().command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = Ended::of(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_target_that_takes_no_data_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = Ended::of(Ground::new().command(&["schema"]).stdout(full).output().unwrap());
    ended.assert_code(3);
    assert!(ended.stderr.contains("could not write to standard output"), "{ended}");
}
