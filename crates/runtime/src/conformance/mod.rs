//! What every runtime must do, as a suite its tests call.
//!
//! The suite drives a runtime as the engine does, on one thread that it blocks while it waits for an answer, so
//! it wants tokio's current-thread executor with time enabled.

mod beds;
mod error;
mod exchange;
mod families;
mod given;
mod peak;
mod remains;

use std::time::Duration;

use plimsoll_model::{ExpectedOutput, LaneSpec, Phase, Workload};

use crate::{
    Bed, BoxFuture, Clock, Conditions, Family, Instance, Mark, MonotonicClock, Prepared, Runtime, Unfit,
};

pub use beds::{can_be_ended_unused, ends_with_one_alive, lives_side_by_side, starts_again};
pub use error::ConformanceError;
use exchange::answer_to;
pub use families::opens_by_parameters_alone;
pub use given::{gives_folders, gives_standard_input};
pub use peak::tells_its_peak;
use remains::{footprint_is_sane, is_gone};

/// The longest any single step may take.
const STEP_LIMIT: Duration = Duration::from_secs(60);

/// Checks a family, and a lane of it with a service, a command, and a command that prints what it is granted: all small
/// and right.
///
/// The conditions' owner must be alive, i.e. this process.
///
/// # Errors
/// Names the lane's step and what it broke.
pub async fn check(
    family: &dyn Family,
    lane: &LaneSpec,
    http: &Workload,
    command: &Workload,
    granted: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    opens_by_parameters_alone(family)?;
    let runtime = family.open(lane).map_err(|source| ConformanceError::Refused { source })?;
    let runtime = runtime.as_ref();
    serves_twice_in_sequence(runtime, http, conditions).await?;
    // A lane may be for services alone, where it says so beforehand.
    if !matches!(runtime.accepts(command), Err(Unfit::OtherKind { .. })) {
        runs_a_command(runtime, command, conditions).await?;
        grants_the_environment(runtime, granted, conditions).await?;
    }
    can_be_ended_unused(runtime, http, conditions).await?;
    starts_again(runtime, http, conditions).await?;
    lives_side_by_side(runtime, http, conditions).await?;
    ends_with_one_alive(runtime, http, conditions).await?;
    can_be_prepared_twice(runtime, http, conditions).await?;
    sweeps_around_the_living(family, runtime, http, conditions).await
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
    let prepared = prepare(runtime, http, conditions).await?;
    if prepared.digests().is_empty() {
        return Err(ConformanceError::NoDigest);
    }
    for _ in 0..2 {
        let begun_ns = MonotonicClock.now_ns();
        let (bed, mut instance) = start(prepared.as_ref()).await?;
        answers(instance.as_mut(), http, conditions).await?;
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
        step("end", bed.end()).await?;
    }
    step("discard", prepared.discard()).await
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
    let expected = &command.job.invocation().ok_or(ConformanceError::Address)?.expect;
    let prepared = prepare(runtime, command, conditions).await?;
    // Twice of one bed, then of another.
    for starts in [2, 1] {
        let mut bed = step("stage", prepared.stage()).await?;
        for _ in 0..starts {
            exits_rightly(bed.as_mut(), expected).await?;
        }
        step("end", bed.end()).await?;
    }
    step("discard", prepared.discard()).await
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
    let expect = &granted.job.invocation().ok_or(ConformanceError::NothingGranted)?.expect;
    let printed = String::from_utf8_lossy(&expect.stdout);
    if !granted.grants.environment.values().any(|value| !value.is_empty() && printed.contains(value)) {
        return Err(ConformanceError::NothingGranted);
    }
    runs_a_command(runtime, granted, conditions).await
}

async fn exits_rightly(bed: &mut dyn Bed, expected: &ExpectedOutput) -> Result<(), ConformanceError> {
    let begun_ns = MonotonicClock.now_ns();
    let mut instance = step("start", bed.start()).await?;
    if instance.address().is_some() {
        return Err(ConformanceError::Address);
    }
    let exit = step("wait", instance.wait()).await?;
    let ended_ns = MonotonicClock.now_ns();
    let right = exit.code == Some(expected.exit_code) && *exit.stdout == *expected.stdout;
    if !right || exit.truncated || bounded("ended", instance.ended()).await?.as_ref() != Some(&exit) {
        return Err(ConformanceError::WrongExit { exit: Box::new(exit) });
    }
    let marks = step("marks", instance.marks()).await?;
    marks_are_in_order(&marks, begun_ns, ended_ns)?;
    let footprint = instance.footprint();
    step("stop", instance.stop()).await?;
    is_gone(&footprint)
}

/// What was prepared twice of one workload lives side by side, and discarding one leaves the other whole.
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
    serves(second.as_ref(), http, conditions).await?;
    step("discard", second.discard()).await
}

/// A sweep leaves alone what a living owner uses.
///
/// # Errors
/// Names the step and what it broke.
pub async fn sweeps_around_the_living(
    family: &dyn Family,
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, http, conditions).await?;
    let (bed, mut instance) = start(prepared.as_ref()).await?;
    answers(instance.as_mut(), http, conditions).await?;
    step("sweep", family.sweep()).await?;
    answers(instance.as_mut(), http, conditions).await?;
    stops(instance).await?;
    step("end", bed.end()).await?;
    serves(prepared.as_ref(), http, conditions).await?;
    step("discard", prepared.discard()).await
}

async fn prepare(
    runtime: &dyn Runtime,
    workload: &Workload,
    conditions: &Conditions,
) -> Result<Box<dyn Prepared>, ConformanceError> {
    step("prepare", runtime.prepare(workload, conditions)).await
}

async fn start(prepared: &dyn Prepared) -> Result<(Box<dyn Bed>, Box<dyn Instance>), ConformanceError> {
    let mut bed = step("stage", prepared.stage()).await?;
    let instance = step("start", bed.start()).await?;
    Ok((bed, instance))
}

/// One instance's whole life.
async fn serves(
    prepared: &dyn Prepared,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let (bed, mut instance) = start(prepared).await?;
    answers(instance.as_mut(), http, conditions).await?;
    stops(instance).await?;
    step("end", bed.end()).await
}

async fn answers(
    instance: &mut dyn Instance,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let served = http.job.service().zip(instance.address());
    let (service, address) = served.ok_or(ConformanceError::Address)?;
    let request = &service.ready;
    if !address.ip().is_loopback() {
        return Err(ConformanceError::NotLoopback { address });
    }
    let limit = Duration::from_millis(conditions.limits.ready_timeout_ms);
    let begun = std::time::Instant::now();
    loop {
        // The kernel gives no event for "a foreign process listens now".
        match answer_to(request, address) {
            Some(answer)
                if answer.status != request.expect.status || *answer.body != *request.expect.body =>
            {
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
    if stopped.killed.is_some() {
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

async fn step<T>(
    name: &'static str,
    work: BoxFuture<'_, Result<T, crate::RuntimeError>>,
) -> Result<T, ConformanceError> {
    bounded(name, work).await?.map_err(|source| ConformanceError::Runtime { step: name, source })
}

async fn bounded<T>(name: &'static str, work: BoxFuture<'_, T>) -> Result<T, ConformanceError> {
    tokio::time::timeout(STEP_LIMIT, work).await.map_err(|_| ConformanceError::TimedOut { step: name })
}
