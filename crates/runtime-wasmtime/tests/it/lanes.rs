//! The lanes with a real worker under real limits.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use plimsoll_model::{
    Availability, FailureKind, Form, Job, JobKind, LaneSpec, Limits, Phase, Slug, Workload,
};
use plimsoll_runtime::{
    CgroupPaths, Conditions, Exit, Family, Instance, Prepared, Runtime, RuntimeError, Unfit, conformance,
};
use plimsoll_runtime_wasmtime::{WASMTIME_VERSION, WasmtimeFamily};

use crate::components;
use crate::workloads::{conditions, granted, of, shipped, worker};

/// What the family's first two lanes start for a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    NewInstance,
    NewProcess,
}

pub(crate) const BOTH: [Start; 2] = [Start::NewInstance, Start::NewProcess];

pub(crate) fn family() -> WasmtimeFamily {
    WasmtimeFamily::with_worker(worker())
}

/// The lanes that the family offers, in their order.
pub(crate) fn specs(family: &WasmtimeFamily) -> Vec<LaneSpec> {
    family.offers().into_iter().map(|offer| offer.spec).collect()
}

pub(crate) fn lane(start: Start) -> Arc<dyn Runtime> {
    lane_of(&family(), start)
}

fn lane_of(family: &WasmtimeFamily, start: Start) -> Arc<dyn Runtime> {
    family.open(&specs(family)[start as usize]).unwrap()
}

pub(crate) fn limits(change: impl FnOnce(&mut Limits)) -> Conditions {
    let mut conditions = conditions();
    change(&mut conditions.limits);
    conditions
}

pub(crate) async fn started(
    start: Start,
    workload: &Workload,
    conditions: &Conditions,
) -> Result<(Box<dyn Prepared>, Box<dyn Instance>), RuntimeError> {
    let artifact = lane(start).prepare(workload, conditions).await?;
    let instance = artifact.stage().await?.start().await?;
    Ok((artifact, instance))
}

#[test]
fn a_code_that_no_component_can_tell_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut workload = granted(folder.path());
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    run.expect.exit_code = 3;
    for start in BOTH {
        let refusal = lane(start).accepts(&workload).unwrap_err();
        let (workload, form) = (workload.name.clone(), Form::Component);
        assert_eq!(refusal, Unfit::ExitCode { workload, code: 3, form, most: 1 });
    }
}

#[tokio::test]
async fn every_offered_lane_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let family = family();
    for lane in specs(&family) {
        conforms(&family, &lane, folder.path()).await;
    }
}

pub(crate) async fn conforms(family: &WasmtimeFamily, lane: &LaneSpec, folder: &Path) {
    let (http, command, granted) = (shipped("json-api"), shipped("hello"), granted(folder));
    conforms_with(family, lane, [&http, &command, &granted]).await;
}

/// Whether a lane runs commands: not where its instances answer one request after another.
pub(crate) fn runs_commands(lane: &LaneSpec) -> bool {
    parameter(lane, "reuse").is_none_or(|times| times == "1")
}

/// One of a lane's parameters, as it is written; `None` where it is not.
pub(crate) fn parameter(lane: &LaneSpec, name: &'static str) -> Option<String> {
    lane.parameters.get(&Slug::known(name)).map(ToString::to_string)
}

/// Conforms with a service, a command, and one that prints what it is granted; with the service alone where the lane runs
/// no commands, which it says.
pub(crate) async fn conforms_with(
    family: &WasmtimeFamily,
    lane: &LaneSpec,
    [http, command, granted]: [&Workload; 3],
) {
    let checked = if runs_commands(lane) {
        conformance::check(family, lane, http, command, granted, &conditions()).await
    } else {
        let runtime = family.open(lane).unwrap();
        let refusal = runtime.accepts(command).unwrap_err();
        assert!(matches!(refusal, Unfit::OtherKind { .. }), "{refusal}");
        assert!(refusal.to_string().contains("it is a command, which is run once"), "{refusal}");
        serves_rightly(family, runtime.as_ref(), http).await
    };
    if let Err(error) = checked {
        panic!("{lane:?}: {error:?}");
    }
}

/// What conformance asks of a lane with a service.
async fn serves_rightly(
    family: &WasmtimeFamily,
    runtime: &dyn Runtime,
    http: &Workload,
) -> Result<(), conformance::ConformanceError> {
    let conditions = conditions();
    conformance::opens_by_parameters_alone(family)?;
    conformance::serves_twice_in_sequence(runtime, http, &conditions).await?;
    conformance::can_be_ended_unused(runtime, http, &conditions).await?;
    conformance::starts_again(runtime, http, &conditions).await?;
    conformance::lives_side_by_side(runtime, http, &conditions).await?;
    conformance::ends_with_one_alive(runtime, http, &conditions).await?;
    conformance::can_be_prepared_twice(runtime, http, &conditions).await?;
    conformance::sweeps_around_the_living(family, runtime, http, &conditions).await
}

#[tokio::test]
async fn a_workload_without_a_component_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut workload = of(folder.path(), JobKind::Run, &components::command("(i32.const 0)"));
    let lane = lane(Start::NewInstance);
    assert_eq!(lane.accepts(&workload).unwrap().name, "guest.wasm");
    workload.artifacts.retain(|artifact| artifact.form != Form::Component);
    let unfit = lane.accepts(&workload).unwrap_err().to_string();
    assert!(unfit.contains("`guest` has no component"), "{unfit}");
    let error = lane.prepare(&workload, &conditions()).await.err().expect("must be refused");
    assert_eq!((error.kind(), error.to_string()), (FailureKind::BadArtifact, unfit));
}

#[tokio::test]
async fn a_lane_says_what_it_is_and_of_which_version() {
    for start in BOTH {
        let lane = lane(start);
        let description = lane.record();
        assert!(!description.unequal.is_empty() && !description.outside_limits.is_empty());
        assert!(matches!(lane.availability().await, Availability::Available { .. }));
        assert_eq!(lane.versions().await["wasmtime"], WASMTIME_VERSION);
    }
}

#[tokio::test]
async fn without_a_worker_a_lane_is_unavailable_and_says_where_it_looked() {
    let family = WasmtimeFamily::with_worker("/nowhere/plimsoll-worker".into());
    let lane = lane_of(&family, Start::NewInstance);
    let Availability::Unavailable { problem, .. } = lane.availability().await else {
        panic!("must be missing")
    };
    assert!(problem.contains("/nowhere/plimsoll-worker"), "{problem}");
}

#[tokio::test]
async fn preparing_tells_sizes_times_and_digests() {
    let workload = shipped("hello");
    let artifact = lane(Start::NewInstance).prepare(&workload, &conditions()).await.unwrap();
    let figures = artifact.figures().await;
    let slugs: Vec<String> = figures.iter().map(|figure| figure.metric.slug.to_string()).collect();
    assert_eq!(slugs, ["wire_size", "unpacked_size", "compiled_size", "host_size", "prepare_time"]);
    assert!(figures.iter().all(|figure| figure.reading.value().is_some_and(|value| value > 0)));
    assert_eq!(artifact.digests().keys().collect::<Vec<_>>(), ["component", "cwasm"]);
    artifact.discard().await.unwrap();
}

#[tokio::test]
async fn an_instance_stands_in_its_control_group_and_tells_its_first_instance() {
    let conditions = conditions();
    let workload = shipped("hello");
    for start in BOTH {
        let (_prepared, mut instance) = started(start, &workload, &conditions).await.unwrap();
        let footprint = instance.footprint();
        let group = match footprint.cgroup.expect("must have a group") {
            CgroupPaths::V1 { memory, .. } => memory.expect("must be limited"),
            CgroupPaths::V2 { folder } => folder,
        };
        assert!(group.to_string_lossy().contains(&conditions.owner.label()), "{}", group.display());
        assert_eq!(instance.wait().await.unwrap().code, Some(0));
        let first = instance.figures(Phase::Ready).await;
        assert!(first[0].reading.value().is_some_and(|took_ns| took_ns > 0), "{first:?}");
        instance.stop().await.unwrap();
        assert!(!group.exists());
    }
}

#[tokio::test]
async fn what_can_not_be_compiled_is_a_bad_artifact_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let workload = of(folder.path(), JobKind::Run, &components::exports_nothing());
    let error =
        lane(Start::NewInstance).prepare(&workload, &conditions()).await.err().expect("must be refused");
    assert_eq!(error.kind(), FailureKind::BadArtifact);
    assert!(error.to_string().contains("exports nothing"), "{error}");
}

#[tokio::test]
async fn a_trap_is_told_where_it_happens() {
    let folder = tempfile::tempdir().unwrap();
    for kind in [JobKind::Run, JobKind::Serve] {
        let wasm = match kind {
            JobKind::Run => components::command("unreachable"),
            JobKind::Serve => components::service("unreachable"),
        };
        let workload = of(folder.path(), kind, &wasm);
        let error = started(Start::NewInstance, &workload, &conditions()).await.err().expect("must trap");
        assert_eq!(error.kind(), FailureKind::Trapped, "{error}");
    }
    let workload = of(folder.path(), JobKind::Run, &components::command("unreachable"));
    let (_prepared, mut instance) = started(Start::NewProcess, &workload, &conditions()).await.unwrap();
    let Exit { code, trap, .. } = instance.wait().await.unwrap();
    assert_eq!(code, None);
    assert!(trap.is_some_and(|trap| trap.contains("unreachable")));
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_guest_that_never_ends_is_ended_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let workload =
        of(folder.path(), JobKind::Run, &components::command("(loop $again (br $again)) unreachable"));
    let short = limits(|limits| limits.ready_timeout_ms = 300);
    let error = started(Start::NewInstance, &workload, &short).await.err().expect("must time out");
    assert_eq!(error.kind(), FailureKind::TimedOut, "{error}");

    let (_prepared, mut instance) = started(Start::NewProcess, &workload, &conditions()).await.unwrap();
    let footprint = instance.footprint();
    let waited = tokio::time::timeout(Duration::from_millis(300), instance.wait()).await;
    assert!(waited.is_err(), "it can't have ended");
    assert_eq!(instance.ended().await, None);
    instance.stop().await.unwrap();
    assert!(!Path::new(&format!("/proc/{}", footprint.processes[0].pid)).exists());
}

#[tokio::test]
async fn a_service_whose_memory_goes_over_the_group_is_out_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    // Linear memory alone may be as large as the limit: with the engine beside it, touching all is too much.
    let touch_all = "(local $at i32)
        (loop $grow (br_if $grow (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (loop $touch
          (i32.store (local.get $at) (i32.const 1))
          (local.set $at (i32.add (local.get $at) (i32.const 4096)))
          (br_if $touch (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
        (i32.const 0)";
    let workload = of(folder.path(), JobKind::Run, &components::command(touch_all));
    let small = limits(|limits| limits.memory_bytes = 64 << 20);
    let (_prepared, mut instance) = started(Start::NewProcess, &workload, &small).await.unwrap();
    let exit = instance.wait().await.unwrap();
    assert!(exit.out_of_memory, "{exit:?}");
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_command_that_has_ended_tells_the_peak_of_its_worker_s_group() {
    let folder = tempfile::tempdir().unwrap();
    let fill = "(local $at i32)
        (local.set $at (i32.mul (memory.grow (i32.const 1024)) (i32.const 65536)))
        (loop $touch
          (i32.store (local.get $at) (i32.const 1))
          (local.set $at (i32.add (local.get $at) (i32.const 4096)))
          (br_if $touch (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
        (i32.const 0)";
    let workload = of(folder.path(), JobKind::Run, &components::command(fill));
    for start in BOTH {
        let lane = lane(start);
        conformance::tells_its_peak(lane.as_ref(), &workload, 64 << 20, &conditions()).await.unwrap();
    }
}

#[tokio::test]
async fn a_worker_that_is_killed_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let workload =
        of(folder.path(), JobKind::Run, &components::command("(loop $again (br $again)) unreachable"));
    let (_prepared, mut instance) = started(Start::NewProcess, &workload, &conditions()).await.unwrap();
    let pid = instance.footprint().processes[0].pid;
    kill(pid);
    let error = instance.wait().await.expect_err("must be lost");
    assert_eq!(error.kind(), FailureKind::RuntimeLost, "{error}");
    assert!(error.to_string().contains("signal 9"), "{error}");
    instance.stop().await.unwrap();

    let (_prepared, mut service) =
        started(Start::NewInstance, &shipped("json-api"), &conditions()).await.unwrap();
    assert_eq!(service.ended().await, None);
    kill(service.footprint().processes[0].pid);
    let error = service.wait().await.expect_err("must be lost");
    assert_eq!(error.kind(), FailureKind::RuntimeLost, "{error}");
    assert_eq!(service.ended().await.and_then(|exit| exit.signal), Some(9));
    service.stop().await.unwrap();
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
