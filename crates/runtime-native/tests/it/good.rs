use plimsoll_model::{Availability, FailureKind, Form, JobKind, Phase};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{BINARY_SIZE, CgroupPaths, Family, Owner, UNPACKED_SIZE, WIRE_SIZE, conformance};
use plimsoll_runtime_native::NativeFamily;

use crate::workload::{Compiled, binary_of, built, with_binary};
use crate::{conditions, exists, lane, lane_of, start};

#[tokio::test]
async fn the_lane_passes_the_conformance_suite() {
    passes(&NativeFamily::new()).await;
}

async fn passes(family: &NativeFamily) {
    let (http, command, granted) = (built("json-api"), built("hello"), Compiled::granted());
    let lane = &family.offers()[0].spec;
    conformance::check(family, lane, &http, &command, &granted.workload, &conditions()).await.unwrap();
}

#[tokio::test]
async fn a_service_is_granted_its_environment_and_told_where_to_listen() {
    let body = r#"let vars: std::collections::BTreeMap<_, _> = std::env::vars().collect();
        eprintln!("{}", vars["REGION"]); print!("{}", vars["PLIMSOLL_LISTEN"]); std::process::exit(vars.len() as i32);"#;
    let mut compiled = Compiled::new(JobKind::Serve, body);
    // What a manifest says of the address is not for it to say.
    let granted = [("REGION", "eu-central"), ("PLIMSOLL_LISTEN", "0.0.0.0:1")];
    compiled.workload.grants.environment =
        granted.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let address = instance.address().unwrap();
    let exit = instance.wait().await.unwrap();
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(3), "eu-central"));
    assert_eq!(String::from_utf8(exit.stdout).unwrap(), address.to_string());
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_workload_without_a_binary_for_this_machine_is_refused_before_anything_is_made() {
    let native = lane();
    let mut workload = built("hello");
    assert!(native.accepts(&workload).unwrap().file().unwrap().ends_with("hello"));
    for artifact in workload.artifacts.iter_mut().filter(|artifact| artifact.form == Form::Binary) {
        artifact.arch = Some("vax".to_owned());
    }
    let unfit = native.accepts(&workload).unwrap_err().to_string();
    assert!(unfit.contains("`hello` has no native binary"), "{unfit}");
    let error = native.prepare(&workload, &conditions()).await.err().unwrap();
    assert_eq!((error.kind(), error.to_string()), (FailureKind::BadArtifact, unfit));
}

#[tokio::test]
async fn every_service_of_the_repository_is_served() {
    for name in ["transform", "image-edge"] {
        conformance::serves_twice_in_sequence(lane().as_ref(), &built(name), &conditions()).await.unwrap();
    }
}

#[tokio::test]
async fn limits_hold_on_this_host_and_the_lane_says_so() {
    let native = lane();
    let description = native.record();
    let unlimited = description.unlimited.unwrap_or_default();
    assert!(!unlimited.contains("`memory`") && !unlimited.contains("`cpu`"), "run as root: {unlimited}");
    assert!(matches!(native.availability().await, Availability::Available { .. }));
    assert_eq!(native.held().await, None);
}

#[tokio::test]
async fn sizes_and_digest_are_those_of_the_file() {
    let workload = built("hello");
    let artifact = lane().prepare(&workload, &conditions()).await.unwrap();
    let file = std::fs::read(binary_of(&workload)).unwrap();
    let figures = artifact.figures().await;
    let of = |slug| {
        let figure = figures.iter().find(|figure| figure.metric.slug == slug).unwrap();
        assert_eq!(figure.phase, Phase::Prepare);
        figure.reading.value().unwrap()
    };
    assert_eq!(of(BINARY_SIZE.slug), file.len() as u64);
    assert_eq!(of(UNPACKED_SIZE.slug), file.len() as u64);
    assert!((1..file.len() as u64).contains(&of(WIRE_SIZE.slug)));
    assert_eq!(artifact.digests()["binary"].len(), 64);
    artifact.discard().await.unwrap();
    assert!(binary_of(&workload).exists());
}

#[tokio::test]
async fn an_instance_is_in_a_group_that_names_its_owner_and_is_gone_afterwards() {
    let conditions = conditions();
    let instance = start(lane().as_ref(), &built("json-api"), &conditions).await;
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
    assert!(stopped.killed.is_none() && stopped.exited_ns <= stopped.gone_ns);
    assert!(!folder.exists() && !exists(pid));
}

#[tokio::test]
async fn a_command_is_given_its_arguments_and_nothing_of_our_environment() {
    let body = r#"let a: Vec<_> = std::env::args().skip(1).collect();
        println!("{a:?} {} {:?}", std::env::vars().count(), std::env::current_dir().unwrap());"#;
    let stdout = "[\"one\", \"two 2\"] 0 \"/\"\n";
    let compiled = Compiled::printing(body, &["one", "two 2"], stdout);
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let exit = instance.wait().await.unwrap();
    assert_eq!(String::from_utf8(exit.stdout).unwrap(), stdout);
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_sweep_removes_what_a_dead_owner_left_and_says_what() {
    let mut dead = conditions().owner;
    // A pid that was given out again: the same number, another start.
    dead.started_ticks += 1;
    let group = Cgroups::open().create(&dead.label(), &conditions().limits, &[]).unwrap();
    let living = start(lane().as_ref(), &built("json-api"), &conditions()).await;
    let swept = NativeFamily::new().sweep().await.unwrap();
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
    let family = NativeFamily::with_cgroups(Cgroups::open_at(nowhere.path()));
    let native = lane_of(&family);
    let unlimited = native.record().unlimited.unwrap();
    for what in ["`cpu` is not limited", "`memory` is not limited", "RLIMIT_DATA"] {
        assert!(unlimited.contains(what), "{unlimited}");
    }
    passes(&family).await;
    let compiled = Compiled::new(JobKind::Run, "let v = vec![1u8; 64 << 20]; println!(\"{}\", v.len());");
    let mut limited = conditions();
    limited.limits.memory_bytes = 16 << 20;
    let mut instance = start(native.as_ref(), &compiled.workload, &limited).await;
    assert_ne!(instance.wait().await.unwrap().code, Some(0));
    instance.stop().await.unwrap();
    let absent = with_binary(compiled.workload.clone(), &nowhere.path().join("absent"));
    assert!(native.prepare(&absent, &limited).await.is_err());
}

#[tokio::test]
async fn a_command_that_has_ended_tells_the_peak_of_its_group() {
    // The second account is the kernel's of the process itself: `ru_maxrss`, in KiB, after four words of times.
    let body = r#"unsafe extern "C" { fn getrusage(who: i32, usage: *mut [i64; 18]) -> i32; }
        let held = std::hint::black_box(vec![1_u8; 64 << 20]);
        let mut usage = [0; 18];
        assert_eq!(unsafe { getrusage(0, &mut usage) }, 0);
        print!("{}", usage[4]); drop(held);"#;
    let compiled = Compiled::new(JobKind::Run, body);
    conformance::tells_its_peak(lane().as_ref(), &compiled.workload, 64 << 20, &conditions()).await.unwrap();
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let exit = instance.wait().await.unwrap();
    let own_kib: u64 = String::from_utf8(exit.stdout).unwrap().parse().unwrap();
    let group = instance.stop().await.unwrap().peak.unwrap().reading.value().unwrap();
    // The group has the kernel's memory besides, and not the binary's pages that others read before.
    assert!(group.abs_diff(own_kib << 10) < 4 << 20, "{group} bytes and {own_kib} KiB");
}
