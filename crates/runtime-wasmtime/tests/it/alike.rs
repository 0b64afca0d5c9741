//! Components of WASI 0.2 and of 0.3 in the lanes, with a real worker under real limits.

use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{
    Answer, Artifact, Compare, Exchange, ExpectedFile, ExpectedOutput, FailureKind, FolderGrant, Form,
    Invocation, Job, JobKind, Slug, Source, Workload,
};
use plimsoll_runtime::{Family, conformance};

use crate::components;
use crate::lanes::{BOTH, Start, conforms_with, family, lane, parameter, specs, started};
use crate::versions::{GUESTS, wasm};
use crate::workloads::{conditions, of};

fn guest(folder: &Path, name: &str, kind: JobKind) -> Workload {
    // Its file is that of the guest, not the one that is written here.
    let mut workload = of(folder, kind, &components::exports_nothing());
    workload.artifacts = vec![Artifact {
        form: Form::Component,
        name: name.to_owned(),
        source: Source::File(wasm(name)),
        arch: None,
    }];
    workload
}

fn command(folder: &Path, name: &str, words: &[&str], prints: &[u8]) -> Workload {
    let mut workload = guest(folder, name, JobKind::Run);
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    workload.job = Job::Run(Invocation::of(words, ExpectedOutput::exactly(0, prints.into())));
    workload
}

fn exchange(name: &'static str, path: &str, status: u16, body: &[u8]) -> Exchange {
    Exchange {
        name: Slug::known(name),
        method: "GET".to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        content_type: None,
        body: Arc::default(),
        weight: 1,
        expect: Answer::exactly(status, body.into()),
    }
}

fn service(folder: &Path, name: &str) -> Workload {
    let mut workload = guest(folder, name, JobKind::Serve);
    let Job::Serve(service) = &mut workload.job else { panic!("it serves") };
    service.ready = exchange("hello", "/hello", 200, b"hello");
    service.others = vec![exchange("nowhere", "/nowhere", 404, b"")];
    workload
}

#[tokio::test]
async fn every_offered_lane_conforms_with_either() {
    let ground = tempfile::tempdir().unwrap();
    let family = family();
    for (name, _) in GUESTS {
        let http = service(ground.path(), name);
        let waits = command(ground.path(), name, &["wait"], b"waited");
        let mut granted = command(ground.path(), name, &["environment"], b"REGION=eu-central\n");
        granted.grants.environment = [("REGION".to_owned(), "eu-central".to_owned())].into();
        for lane in specs(&family) {
            if parameter(&lane, "compile").is_some_and(|when| when == "ahead") {
                conforms_with(&family, &lane, [&http, &waits, &granted]).await;
            } else {
                // Each of its starts takes as long as compiling does, or as unpacking.
                let runtime = family.open(&lane).unwrap();
                conformance::serves_twice_in_sequence(runtime.as_ref(), &http, &conditions()).await.unwrap();
                conformance::grants_the_environment(runtime.as_ref(), &granted, &conditions()).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn both_are_given_standard_input_and_folders() {
    let ground = tempfile::tempdir().unwrap();
    for name in ["in", "out"] {
        std::fs::create_dir(ground.path().join(name)).unwrap();
    }
    std::fs::write(ground.path().join("in/a"), "hello").unwrap();
    let input = vec![b'x'; 1 << 20];
    for (name, _) in GUESTS {
        let mut echo = command(ground.path(), name, &["echo"], &input);
        let mut deaf = command(ground.path(), name, &["wait"], b"waited");
        for workload in [&mut echo, &mut deaf] {
            let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
            run.stdin = Some(input.as_slice().into());
        }
        let mut folders = command(ground.path(), name, &["folders"], b"hello");
        let Job::Run(run) = &mut folders.job else { panic!("it is a command") };
        let (path, body) = ("/out/made".to_owned(), b"made".as_slice().into());
        run.expect.files = vec![ExpectedFile { path, body, compare: Compare::Bytes, left_out: Vec::new() }];
        for (name, write) in [("in", false), ("out", true)] {
            folders.grants.folders.push(FolderGrant {
                from: ground.path().join(name),
                to: format!("/{name}"),
                write,
            });
        }
        for start in BOTH {
            let lane = lane(start);
            conformance::gives_standard_input(lane.as_ref(), &echo, &deaf, &conditions()).await.unwrap();
            let told = conformance::gives_folders(lane.as_ref(), &folders, &conditions()).await.unwrap();
            assert_eq!(told, None, "{name}");
        }
    }
}

#[tokio::test]
async fn a_trap_of_either_is_told() {
    let ground = tempfile::tempdir().unwrap();
    for (name, _) in GUESTS {
        let mut traps = service(ground.path(), name);
        let Job::Serve(service) = &mut traps.job else { panic!("it serves") };
        service.ready = exchange("trap", "/trap", 200, b"");
        let of_command = command(ground.path(), name, &["trap"], b"");
        for workload in [traps, of_command] {
            let error = started(Start::NewInstance, &workload, &conditions()).await.err().expect("must trap");
            assert_eq!(error.kind(), FailureKind::Trapped, "{name}: {error}");
            assert!(error.to_string().contains("unreachable"), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_run_tells_that_a_component_speaks_0_3() {
    let ground = tempfile::tempdir().unwrap();
    for (name, tells) in [("plain", false), ("concurrent", true)] {
        let workload = command(ground.path(), name, &["wait"], b"waited");
        let prepared = lane(Start::NewInstance).prepare(&workload, &conditions()).await.unwrap();
        let warnings = prepared.warnings();
        assert_eq!(warnings.iter().any(|told| told.contains("WASI 0.3")), tells, "{warnings:?}");
        prepared.discard().await.unwrap();
    }
}
