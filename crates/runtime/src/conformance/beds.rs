use plimsoll_model::Workload;

use super::remains::{footprint_is_sane, is_gone};
use super::{ConformanceError, answers, bounded, prepare, serves, start, step, stops};
use crate::{Conditions, Role, Runtime};

/// What is staged can be taken down without a start.
///
/// # Errors
/// Names the step and what it broke.
pub async fn can_be_ended_unused(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, http, conditions).await?;
    let bed = step("stage", prepared.stage()).await?;
    step("end", bed.end()).await?;
    serves(prepared.as_ref(), http, conditions).await?;
    step("discard", prepared.discard()).await
}

/// One bed starts an instance after the last one is gone.
///
/// # Errors
/// Names the step and what it broke.
pub async fn starts_again(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, http, conditions).await?;
    let mut bed = step("stage", prepared.stage()).await?;
    for _ in 0..3 {
        let mut instance = step("start", bed.start()).await?;
        answers(instance.as_mut(), http, conditions).await?;
        step("marks", instance.marks()).await?;
        stops(instance).await?;
    }
    step("end", bed.end()).await?;
    step("discard", prepared.discard()).await
}

/// Two instances of one bed answer each at its own address, share no process, and end apart.
///
/// # Errors
/// Names the step and what it broke.
pub async fn lives_side_by_side(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, http, conditions).await?;
    let (mut bed, mut first) = start(prepared.as_ref()).await?;
    let mut second = step("start", bed.start()).await?;
    answers(first.as_mut(), http, conditions).await?;
    for instance in [&mut second, &mut first] {
        answers(instance.as_mut(), http, conditions).await?;
        step("marks", instance.marks()).await?;
        footprint_is_sane(&instance.footprint())?;
    }
    let (one, other) = (first.footprint(), second.footprint());
    let shared = one.processes.iter().find(|process| {
        process.role != Role::Daemon && other.processes.iter().any(|theirs| theirs.pid == process.pid)
    });
    if first.address() == second.address() || shared.is_some() {
        return Err(ConformanceError::Shared {
            address: first.address(),
            pid: shared.map(|shared| shared.pid),
        });
    }
    stops(first).await?;
    answers(second.as_mut(), http, conditions).await?;
    stops(second).await?;
    step("end", bed.end()).await?;
    step("discard", prepared.discard()).await
}

/// A bed that is ended takes its living instances along, and who holds one is told so.
///
/// # Errors
/// Names the step and what it broke.
pub async fn ends_with_one_alive(
    runtime: &dyn Runtime,
    http: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, http, conditions).await?;
    let (mut bed, first) = start(prepared.as_ref()).await?;
    let mut alive = step("start", bed.start()).await?;
    stops(first).await?;
    answers(alive.as_mut(), http, conditions).await?;
    step("marks", alive.marks()).await?;
    let footprint = alive.footprint();
    step("end", bed.end()).await?;
    is_gone(&footprint)?;
    if bounded("ended", alive.ended()).await?.is_none() {
        return Err(ConformanceError::Survived);
    }
    if step("stop", alive.stop()).await?.killed.is_some() {
        return Err(ConformanceError::Killed);
    }
    step("discard", prepared.discard()).await
}
