//! What every runtime must do, as a suite its tests call.
//!
//! The suite drives a runtime as the engine does, on one thread that it blocks while it waits for an answer, so
//! it wants tokio's current-thread executor with time enabled.

mod error;
mod exchange;

use std::net::SocketAddr;
use std::time::Duration;

use plimsoll_model::{ExpectedOutput, Invocation, Job, Phase, Service, Workload};

use crate::{
    Artifact, BoxFuture, Clock, Conditions, Footprint, Instance, Mark, MonotonicClock, Role, Runtime,
};

pub use error::ConformanceError;
use exchange::answer_to;

/// The longest any single step may take.
const STEP_LIMIT: Duration = Duration::from_secs(60);

/// Checks a runtime with a service and two commands, all small and right; the second command prints an environment
/// variable that it is granted.
///
/// The conditions' owner must be alive, i.e. this process.
///
/// # Errors
/// Names the lane's step and what it broke.
pub async fn check(
    runtime: &dyn Runtime,
    http: &Workload,
    command: &Workload,
    granted: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    serves_twice_in_sequence(runtime, http, conditions).await?;
    runs_a_command(runtime, command, conditions).await?;
    grants_the_environment(runtime, granted, conditions).await?;
    can_be_abandoned(runtime, http, conditions).await?;
    can_be_prepared_twice(runtime, http, conditions).await?;
    sweeps_around_the_living(runtime, http, conditions).await
}

/// A service answers rightly, stops, is wholly gone, and the next one begins from nothing.
///
/// # Errors
/// Names the step and what it broke.
pub async fn serves_twice_in_sequence(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let artifact = prepare(runtime, http, conditions).await?;
    if artifact.digests().is_empty() {
        return Err(ConformanceError::NoDigest);
    }
    for _ in 0..2 {
        let begun_ns = MonotonicClock.now_ns();
        let mut instance = start(artifact.as_ref()).await?;
        does_its_job(instance.as_mut(), http, conditions).await?;
        let ready_ns = MonotonicClock.now_ns();
        let marks = step("marks", instance.marks()).await?;
        marks_are_in_order(&marks, begun_ns, ready_ns)?;
        footprint_is_sane(&instance.footprint())?;
        for phase in [Phase::Ready, Phase::Serve] {
            bounded("figures", instance.figures(phase)).await?;
        }
        if let Some(exit) = bounded("ended", instance.ended()).await? {
            return Err(ConformanceError::EndedEarly { exit: Box::new(exit) });
        }
        stops(instance).await?;
    }
    step("discard", artifact.discard()).await
}

/// A command's exit and output are told, and what has ended can still be stopped.
///
/// # Errors
/// Names the step and what it broke.
pub async fn runs_a_command(
    runtime: &dyn Runtime,
    command: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let artifact = prepare(runtime, command, conditions).await?;
    for _ in 0..2 {
        let begun_ns = MonotonicClock.now_ns();
        let mut instance = start(artifact.as_ref()).await?;
        does_its_job(instance.as_mut(), command, conditions).await?;
        let ended_ns = MonotonicClock.now_ns();
        let marks = step("marks", instance.marks()).await?;
        marks_are_in_order(&marks, begun_ns, ended_ns)?;
        let footprint = instance.footprint();
        step("stop", instance.stop()).await?;
        is_gone(&footprint)?;
    }
    step("discard", artifact.discard()).await
}

/// A command that prints what it is granted prints it: the environment arrives, in every lane.
///
/// # Errors
/// Names the step and what it broke.
pub async fn grants_the_environment(
    runtime: &dyn Runtime,
    granted: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let Job::Run(Invocation { expect, .. }) = &granted.job else {
        return Err(ConformanceError::NothingGranted);
    };
    let printed = String::from_utf8_lossy(&expect.stdout);
    if !granted.grants.environment.values().any(|value| !value.is_empty() && printed.contains(value)) {
        return Err(ConformanceError::NothingGranted);
    }
    runs_a_command(runtime, granted, conditions).await
}

/// What is staged can be taken down without a start.
///
/// # Errors
/// Names the step and what it broke.
pub async fn can_be_abandoned(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let artifact = prepare(runtime, http, conditions).await?;
    let staged = step("stage", artifact.stage()).await?;
    bounded("abandon", staged.abandon()).await?;
    let mut instance = start(artifact.as_ref()).await?;
    does_its_job(instance.as_mut(), http, conditions).await?;
    stops(instance).await?;
    step("discard", artifact.discard()).await
}

/// Two artifacts of one workload live side by side, and discarding one leaves the other whole.
///
/// # Errors
/// Names the step and what it broke.
pub async fn can_be_prepared_twice(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let first = prepare(runtime, http, conditions).await?;
    let second = prepare(runtime, http, conditions).await?;
    step("discard", first.discard()).await?;
    let mut instance = start(second.as_ref()).await?;
    does_its_job(instance.as_mut(), http, conditions).await?;
    stops(instance).await?;
    step("discard", second.discard()).await
}

/// A sweep leaves alone what a living owner uses.
///
/// # Errors
/// Names the step and what it broke.
pub async fn sweeps_around_the_living(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let artifact = prepare(runtime, http, conditions).await?;
    let mut instance = start(artifact.as_ref()).await?;
    does_its_job(instance.as_mut(), http, conditions).await?;
    step("sweep", runtime.sweep()).await?;
    does_its_job(instance.as_mut(), http, conditions).await?;
    stops(instance).await?;
    let mut after = start(artifact.as_ref()).await?;
    does_its_job(after.as_mut(), http, conditions).await?;
    stops(after).await?;
    step("discard", artifact.discard()).await
}

async fn prepare(
    runtime: &dyn Runtime,
    workload: &Workload,
    conditions: &Conditions,
) -> Result<Box<dyn Artifact>, ConformanceError> {
    step("prepare", runtime.prepare(workload, conditions)).await
}

async fn start(artifact: &dyn Artifact) -> Result<Box<dyn Instance>, ConformanceError> {
    let staged = step("stage", artifact.stage()).await?;
    step("start", staged.start()).await
}

/// A service answers rightly; a command exits with what is expected of it.
async fn does_its_job(
    instance: &mut dyn Instance,
    workload: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    match (&workload.job, instance.address()) {
        (Job::Serve(service), Some(address)) => answers(instance, service, address, conditions).await,
        (Job::Run(invocation), None) => exits(instance, &invocation.expect).await,
        _ => Err(ConformanceError::Address),
    }
}

async fn exits(instance: &mut dyn Instance, expected: &ExpectedOutput) -> Result<(), ConformanceError> {
    let exit = step("wait", instance.wait()).await?;
    let right = exit.code == Some(expected.exit_code) && *exit.stdout == *expected.stdout;
    if !right || exit.truncated || bounded("ended", instance.ended()).await?.as_ref() != Some(&exit) {
        return Err(ConformanceError::WrongExit { exit: Box::new(exit) });
    }
    Ok(())
}

async fn answers(
    instance: &mut dyn Instance,
    service: &Service,
    address: SocketAddr,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    if !address.ip().is_loopback() {
        return Err(ConformanceError::NotLoopback { address });
    }
    let (request, expect) = (&service.ready, &service.ready.expect);
    let limit = Duration::from_millis(conditions.limits.ready_timeout_ms);
    let begun = std::time::Instant::now();
    loop {
        // The kernel gives no event for "a foreign process listens now".
        match answer_to(request, address) {
            Some(answer) if answer.status != expect.status || *answer.body != *expect.body => {
                return Err(ConformanceError::WrongAnswer { status: answer.status, body: answer.body });
            }
            Some(_) => return Ok(()),
            None if begun.elapsed() > limit => return Err(ConformanceError::Unanswered { address }),
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
        if let Some(exit) = bounded("ended", instance.ended()).await? {
            return Err(ConformanceError::EndedEarly { exit: Box::new(exit) });
        }
    }
}

async fn stops(instance: Box<dyn Instance>) -> Result<(), ConformanceError> {
    let footprint = instance.footprint();
    let asked_ns = MonotonicClock.now_ns();
    let stopped = step("stop", instance.stop()).await?;
    let returned_ns = MonotonicClock.now_ns();
    if stopped.killed {
        return Err(ConformanceError::Killed);
    }
    let times = [asked_ns, stopped.exited_ns, stopped.gone_ns, returned_ns];
    if !times.is_sorted() {
        return Err(ConformanceError::StopOutOfOrder { times });
    }
    is_gone(&footprint)
}

fn marks_are_in_order(marks: &[Mark], begun_ns: u64, ready_ns: u64) -> Result<(), ConformanceError> {
    let phases_in_order = marks.windows(2).all(|pair| pair[0].phase < pair[1].phase);
    let known = marks.iter().all(|mark| matches!(mark.phase, Phase::Create | Phase::Start));
    let mut times = vec![begun_ns];
    times.extend(marks.iter().map(|mark| mark.end_ns));
    times.push(ready_ns);
    if phases_in_order && known && times.is_sorted() {
        return Ok(());
    }
    Err(ConformanceError::MarksOutOfOrder { begun_ns, ready_ns, marks: marks.to_vec() })
}

fn footprint_is_sane(footprint: &Footprint) -> Result<(), ConformanceError> {
    let seen = footprint.processes.iter().any(|process| process.role == Role::Instance);
    let living = footprint.processes.iter().all(|process| is_alive(process.pid));
    if living && seen != footprint.unseen.is_some() {
        return Ok(());
    }
    Err(ConformanceError::Footprint { footprint: Box::new(footprint.clone()) })
}

fn is_gone(footprint: &Footprint) -> Result<(), ConformanceError> {
    let left =
        footprint.processes.iter().find(|process| process.role != Role::Daemon && is_alive(process.pid));
    match left {
        Some(process) => Err(ConformanceError::LeftBehind { pid: process.pid, role: process.role }),
        None => Ok(()),
    }
}

/// An ended process that only waits for its parent is not alive: when init takes leave of a container's shim is no
/// part of the instance.
fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
}

async fn step<T>(
    name: &'static str,
    work: BoxFuture<'_, Result<T, crate::RuntimeError>>,
) -> Result<T, ConformanceError> {
    bounded(name, work).await?.map_err(|source| ConformanceError::Runtime { step: name, source })
}

async fn bounded<T>(name: &'static str, work: BoxFuture<'_, T>) -> Result<T, ConformanceError> {
    tokio::time::timeout(STEP_LIMIT, work).await.map_err(|_| ConformanceError::TimedOut { step: name })
}
