use std::net::SocketAddr;
use std::time::Duration;

use plimsoll_model::{
    Availability, Compare, ExpectedFile, FailureKind, FolderGrant, Form, Job, JobKind, Phase, Workload,
};
use plimsoll_runtime::{
    BINARY_SIZE, CgroupPaths, Family, HOST_SIZE, OwnerFolder, Role, UNPACKED_SIZE, WIRE_SIZE, conformance,
};
use plimsoll_runtime_oci::OciFamily;

use crate::workload::{Compiled, binary_of, built};
use crate::{conditions, exists, lane, left_of, start};

async fn conforms(offer: usize, run: &'static str) {
    let family = OciFamily::new();
    let spec = &family.offers()[offer].spec;
    match family.open(spec).unwrap().tried().await {
        Availability::Available { .. } => {}
        // Only what the machine lacks is an excuse, and it says so.
        Availability::Unavailable { problem, remedy } => {
            assert!(
                offer > 0 && (problem.contains("no OCI runtime") || problem.contains("hybrid")),
                "{problem}"
            );
            assert!(remedy.contains("install") || remedy.contains("unified_cgroup_hierarchy"), "{remedy}");
            return;
        }
    }
    let (http, command, granted) = (built("json-api"), built("hello"), Compiled::granted());
    let conditions = conditions(run);
    conformance::check(&family, spec, &http, &command, &granted.workload, &conditions).await.unwrap();
    assert_eq!(left_of(run), [""; 0]);
}

#[tokio::test]
async fn the_lane_of_runc_passes_the_conformance_suite() {
    conforms(0, "oci-runc").await;
}

#[tokio::test]
async fn the_lane_of_crun_does_where_it_runs() {
    conforms(1, "oci-crun").await;
}

#[tokio::test]
async fn the_lane_of_youki_does_where_it_runs() {
    conforms(2, "oci-youki").await;
}

#[tokio::test]
async fn every_service_of_the_repository_is_served() {
    for name in ["transform", "image-edge"] {
        let conditions = conditions("oci-services");
        conformance::serves_twice_in_sequence(lane().as_ref(), &built(name), &conditions).await.unwrap();
    }
}

#[tokio::test]
async fn a_service_sees_what_it_is_granted_and_told_and_nothing_else() {
    let body = r#"let vars: std::collections::BTreeMap<_, _> = std::env::vars().filter(|(name, _)| name != "HOME").collect();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let has = |text: &str| status.lines().any(|line| line == text);
        assert!(has("CapEff:\t0000000000000000") && has("CapBnd:\t0000000000000000") && has("NoNewPrivs:\t1"), "{status}");
        assert!(std::fs::write("/a", "a").is_err(), "the root is read-only");
        assert_eq!(std::process::id(), 1);
        assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/"));
        eprintln!("{}", vars["REGION"]); print!("{}", vars["PLIMSOLL_LISTEN"]); std::process::exit(vars.len() as i32);"#;
    let mut compiled = Compiled::new(JobKind::Serve, body);
    compiled.workload.grants.environment = [("REGION".to_owned(), "eu-central".to_owned())].into();
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions("oci-told")).await;
    let address = instance.address().unwrap();
    let exit = instance.wait().await.unwrap();
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(3), "eu-central"));
    assert_eq!(String::from_utf8(exit.stdout).unwrap(), address.to_string());
    instance.stop().await.unwrap();
}

/// Gives a command an input of many pages.
fn given(workload: &mut Workload, prints: Option<&[u8]>) {
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    let input = vec![b'x'; 1 << 20];
    run.expect.stdout = prints.unwrap_or(&input).into();
    run.stdin = Some(input.into());
}

#[tokio::test]
async fn standard_input_is_given_to_its_end_and_need_not_be_read() {
    let mut echo =
        Compiled::printing("std::io::copy(&mut std::io::stdin(), &mut std::io::stdout()).unwrap();", &[], "");
    let mut deaf = Compiled::printing("print!(\"hello\");", &[], "hello");
    given(&mut echo.workload, None);
    given(&mut deaf.workload, Some(b"hello"));
    let (lane, conditions) = (lane(), conditions("oci-input"));
    conformance::gives_standard_input(lane.as_ref(), &echo.workload, &deaf.workload, &conditions)
        .await
        .unwrap();
}

#[tokio::test]
async fn folders_are_given_read_only_or_as_a_copy() {
    let ground = tempfile::tempdir().unwrap();
    let from = ground.path().canonicalize().unwrap();
    std::fs::write(from.join("a"), "hello").unwrap();
    let body = r#"let text = std::fs::read_to_string("/in/a").unwrap();
        assert!(std::fs::write("/in/b", "b").is_err() && !std::path::Path::new("/out/deep/b").exists());
        std::fs::write("/out/deep/b", &text).unwrap(); print!("{text}");"#;
    let mut compiled = Compiled::printing(body, &[], "hello");
    let grant = |to: &str, write| FolderGrant { from: from.clone(), to: to.to_owned(), write };
    compiled.workload.grants.folders = vec![grant("/in", false), grant("/out/deep", true)];
    let Job::Run(run) = &mut compiled.workload.job else { panic!("it is a command") };
    let (path, body) = ("/out/deep/b".to_owned(), b"hello".as_slice().into());
    run.expect.files = vec![ExpectedFile { path, body, compare: Compare::Bytes, left_out: Vec::new() }];
    let conditions = conditions("oci-folders");
    let unfit = conformance::gives_folders(lane().as_ref(), &compiled.workload, &conditions).await.unwrap();
    assert!(unfit.is_none() && !from.join("b").exists(), "{unfit:?}");
    assert_eq!(left_of("oci-folders"), [""; 0]);
}

#[tokio::test]
async fn a_container_is_in_a_group_of_its_owner_with_its_limits_and_the_runtime_beside_it() {
    let conditions = conditions("oci-limits");
    let instance = start(
        lane().as_ref(),
        &Compiled::new(JobKind::Serve, "loop { std::thread::park(); }").workload,
        &conditions,
    )
    .await;
    let footprint = instance.footprint();
    let shim = footprint.processes.iter().find(|process| process.role == Role::Shim).unwrap().pid;
    let (memory, file) = match footprint.cgroup.unwrap() {
        CgroupPaths::V1 { memory, .. } => (memory.unwrap(), "memory.limit_in_bytes"),
        CgroupPaths::V2 { folder } => (folder, "memory.max"),
    };
    // The kernel gives no event for "the runtime has written the limit".
    let limit = (256_u64 << 20).to_string();
    let is_limited = || std::fs::read_to_string(memory.join(file)).is_ok_and(|told| told.trim() == limit);
    for _ in 0..5_000 {
        if is_limited() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(is_limited() && exists(shim));
    assert!(memory.to_string_lossy().contains(&conditions.owner.label()));
    // It has no handler for the signal and is the first process of its namespace.
    instance.stop().await.unwrap();
    assert!(!memory.exists() && !exists(shim));
    assert_eq!(left_of("oci-limits"), [""; 0]);
}

#[tokio::test]
async fn sizes_and_digest_are_those_of_the_binary_and_the_runtime() {
    let workload = built("hello");
    let prepared = lane().prepare(&workload, &conditions("oci-sizes")).await.unwrap();
    let length = std::fs::read(binary_of(&workload)).unwrap().len() as u64;
    let figures = prepared.figures().await;
    let of = |slug| {
        let figure = figures.iter().find(|figure| figure.metric.slug == slug).unwrap();
        assert_eq!(figure.phase, Phase::Prepare);
        figure.reading.value().unwrap()
    };
    assert_eq!([of(BINARY_SIZE.slug), of(UNPACKED_SIZE.slug)], [length; 2]);
    assert!((1..length).contains(&of(WIRE_SIZE.slug)) && of(HOST_SIZE.slug) > 1 << 16);
    assert_eq!(prepared.digests()["binary"].len(), 64);
    prepared.discard().await.unwrap();
    assert_eq!(left_of("oci-sizes"), [""; 0]);
}

#[tokio::test]
async fn a_workload_without_a_binary_for_this_machine_is_refused_before_anything_is_made() {
    let mut workload = built("hello");
    assert!(lane().accepts(&workload).unwrap().file().unwrap().ends_with("hello"));
    for artifact in workload.artifacts.iter_mut().filter(|artifact| artifact.form == Form::Binary) {
        artifact.arch = Some("vax".to_owned());
    }
    let unfit = lane().accepts(&workload).unwrap_err().to_string();
    let error = lane().prepare(&workload, &conditions("oci-unfit")).await.err().unwrap();
    assert_eq!((error.kind(), error.to_string()), (FailureKind::BadArtifact, unfit));
}

/// The kernel gives no event for "a foreign process listens now".
async fn until_it_listens(address: SocketAddr) {
    let asked = async {
        while std::net::TcpStream::connect(address).is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap();
}

#[tokio::test]
async fn a_sweep_ends_what_a_dead_owner_left_running() {
    let mut dead = conditions("oci-dead");
    // A pid that was given out again: the same number, another start.
    dead.owner.started_ticks += 1;
    let left = start(lane().as_ref(), &built("json-api"), &dead).await;
    let folder = OwnerFolder::create(&dead.owner).unwrap();
    let living = start(lane().as_ref(), &built("json-api"), &conditions("oci-living")).await;
    for instance in [&left, &living] {
        until_it_listens(instance.address().unwrap()).await;
    }
    let [doomed, kept] = [&left, &living].map(|instance| instance.footprint());
    let swept = OciFamily::new().sweep().await.unwrap();
    let label = dead.owner.label();
    let named = |kind: &str| swept.removed.iter().any(|what| what.starts_with(kind) && what.contains(&label));
    assert!(named("control group") && named("folder"), "{swept:?}");
    let members = |of: &plimsoll_runtime::Footprint| of.cgroup.as_ref().unwrap().members();
    assert!(members(&doomed).is_empty() && !members(&kept).is_empty());
    drop(folder);
    left.stop().await.unwrap();
    living.stop().await.unwrap();
    for run in ["oci-dead", "oci-living"] {
        assert_eq!(left_of(run), [""; 0]);
    }
}
