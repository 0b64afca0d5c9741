use plimsoll_model::{Availability, Kind, Phase};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{BINARY_SIZE, CgroupPaths, Owner, Runtime, UNPACKED_SIZE, WIRE_SIZE, conformance};
use plimsoll_runtime_native::Native;

use crate::workload::{Compiled, built};
use crate::{conditions, exists, start};

#[tokio::test]
async fn the_lane_passes_the_conformance_suite() {
    let native = Native::new();
    conformance::check(&native, &built("json-api"), &built("hello"), &conditions()).await.unwrap();
}

#[tokio::test]
async fn every_service_of_the_repository_is_served() {
    for name in ["transform", "image-edge"] {
        conformance::serves_twice_in_sequence(&Native::new(), &built(name), &conditions()).await.unwrap();
    }
}

#[tokio::test]
async fn limits_hold_on_this_host_and_the_lane_says_so() {
    let native = Native::new();
    let description = native.record();
    let unlimited = description.unlimited.unwrap_or_default();
    assert!(!unlimited.contains("`memory`") && !unlimited.contains("`cpu`"), "run as root: {unlimited}");
    assert!(matches!(native.availability().await, Availability::Available { .. }));
    assert_eq!(native.held().await, None);
}

#[tokio::test]
async fn sizes_and_digest_are_those_of_the_file() {
    let workload = built("hello");
    let artifact = Native::new().prepare(&workload, &conditions()).await.unwrap();
    let file = std::fs::read(&workload.native).unwrap();
    let of = |slug| {
        let figures = artifact.figures();
        let figure = figures.iter().find(|figure| figure.metric.slug == slug).unwrap();
        assert_eq!(figure.phase, Phase::Prepare);
        figure.reading.value().unwrap()
    };
    assert_eq!(of(BINARY_SIZE.slug), file.len() as u64);
    assert_eq!(of(UNPACKED_SIZE.slug), file.len() as u64);
    assert!((1..file.len() as u64).contains(&of(WIRE_SIZE.slug)));
    assert_eq!(artifact.digests()["binary"].len(), 64);
    artifact.discard().await.unwrap();
    assert!(workload.native.exists());
}

#[tokio::test]
async fn an_instance_is_in_a_group_that_names_its_owner_and_is_gone_afterwards() {
    let conditions = conditions();
    let instance = start(&Native::new(), &built("json-api"), &conditions).await;
    let footprint = instance.footprint();
    let pid = footprint.processes[0].pid;
    let folder = match footprint.cgroup.unwrap() {
        CgroupPaths::V1 { memory, .. } => memory.unwrap(),
        CgroupPaths::V2 { folder } => folder,
    };
    let name = folder.file_name().unwrap().to_string_lossy();
    assert!(name.starts_with(&conditions.owner.label()), "{name}");
    let inside = std::fs::read_to_string(folder.join("cgroup.procs")).unwrap();
    assert_eq!(inside.trim(), pid.to_string());
    let stopped = instance.stop().await.unwrap();
    assert!(!stopped.killed && stopped.exited_ns <= stopped.gone_ns);
    assert!(!folder.exists() && !exists(pid));
}

#[tokio::test]
async fn a_command_is_given_its_arguments_and_nothing_of_our_environment() {
    let body = r#"let a: Vec<_> = std::env::args().skip(1).collect();
        println!("{a:?} {} {:?}", std::env::vars().count(), std::env::current_dir().unwrap());"#;
    let mut compiled = Compiled::new(Kind::Command, body);
    compiled.workload.manifest.command.as_mut().unwrap().args = vec!["one".to_owned(), "two 2".to_owned()];
    let mut instance = start(&Native::new(), &compiled.workload, &conditions()).await;
    let exit = instance.wait().await.unwrap();
    assert_eq!(String::from_utf8(exit.stdout).unwrap(), "[\"one\", \"two 2\"] 0 \"/\"\n");
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_sweep_removes_what_a_dead_owner_left_and_says_what() {
    let mut dead = conditions().owner;
    // A pid that was given out again: the same number, another start.
    dead.started_ticks += 1;
    let group = Cgroups::open().create(&dead.label(), &conditions().limits, &[]).unwrap();
    let living = start(&Native::new(), &built("json-api"), &conditions()).await;
    let swept = Native::new().sweep().await.unwrap();
    let named = format!("control group `plimsoll/{}.", dead.label());
    assert!(swept.removed.iter().any(|what| what.starts_with(&named)), "{swept:?}");
    let mine = format!("control group `plimsoll/{}.", Owner::label(&conditions().owner));
    assert!(!swept.removed.iter().any(|what| what.starts_with(&mine)), "{swept:?}");
    assert!(exists(living.footprint().processes[0].pid));
    living.stop().await.unwrap();
    group.remove().unwrap();
}

#[tokio::test]
async fn where_no_group_can_be_made_it_runs_and_the_lane_says_what_is_not_limited() {
    let nowhere = tempfile::tempdir().unwrap();
    let native = Native::with_cgroups(Cgroups::open_at(nowhere.path()));
    let unlimited = native.record().unlimited.unwrap();
    for what in ["`cpu` is not limited", "`memory` is not limited", "RLIMIT_DATA"] {
        assert!(unlimited.contains(what), "{unlimited}");
    }
    conformance::check(&native, &built("json-api"), &built("hello"), &conditions()).await.unwrap();
    let mut compiled =
        Compiled::new(Kind::Command, "let v = vec![1u8; 64 << 20]; println!(\"{}\", v.len());");
    let mut limited = conditions();
    limited.limits.memory_bytes = 16 << 20;
    let mut instance = start(&native, &compiled.workload, &limited).await;
    assert_ne!(instance.wait().await.unwrap().code, Some(0));
    instance.stop().await.unwrap();
    compiled.workload.native = nowhere.path().join("absent");
    assert!(native.prepare(&compiled.workload, &limited).await.is_err());
}
