//! Hearing what a workload answers in every lane that runs it, side by side.

use plimsoll_engine::{Cancel, EventSink, Hearing, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::{Failure, LeftOut, Limits, Slug, Workload};

use super::Right;
use super::recording::recorded;
use super::to_hear::ToHear;
use crate::here::Here;
use crate::lanes::choose;
use crate::{Error, Registry};

/// What a workload gave in all lanes.
pub(crate) struct Heard {
    /// With what the first lane answered as what is expected; absent where none did.
    pub(crate) recorded: Option<Workload>,
    /// Every lane that runs it.
    pub(crate) lanes: Vec<(Slug, Ended)>,
    /// Every lane that does not.
    pub(crate) left_out: Vec<LeftOut>,
}

/// What became of its start in one lane.
pub(crate) enum Ended {
    /// It answered.
    Answered {
        hearing: Hearing,
        /// How it differs from the first lane's answer.
        difference: Option<String>,
    },
    /// It did not.
    Failed(Failure),
}

/// Starts it once in each lane that this machine can run, one after the other.
///
/// # Errors
/// When no lane is available, or the user stops it.
pub(crate) async fn hear(
    workload: &Workload,
    registry: &Registry,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Heard, Error> {
    let wanted = choose::wished(registry, &[])?;
    let chosen = tokio::select! {
        chosen = choose::lanes(registry, &wanted, &[]) => chosen?,
        () = cancel.cancelled() => return Err(Error::interrupted()),
    };
    choose::sweep(registry, &chosen.lanes, events).await;
    let conditions = Here::now()?.conditions(Limits::default());
    let mut left_out = chosen.left_out;
    let mut heard: Vec<(Slug, Result<Hearing, Failure>)> = Vec::new();
    for lane in chosen.lanes {
        let slug = lane.slug().clone();
        if let Err(unfit) = lane.runtime.accepts(workload) {
            left_out.push(LeftOut { lane: slug, why: unfit.to_string() });
            continue;
        }
        let (runtime, clock) = (lane.runtime.as_ref(), &MonotonicClock);
        let rehearsal =
            Rehearsal { runtime, workload, conditions: &conditions, clock, events, cancel, for_run: false };
        match rehearsal.hear().await {
            Ok(hearing) => heard.push((slug, Ok(hearing))),
            Err(RehearsalError::Failed(failure)) => heard.push((slug, Err(failure))),
            Err(RehearsalError::Cancelled) => return Err(Error::interrupted()),
        }
    }
    let recorded = first(workload, &heard)?;
    let ended = heard.into_iter().map(|(lane, heard)| match heard {
        Ok(hearing) => {
            let difference = recorded.as_ref().and_then(|recorded| hearing.differs_from(recorded));
            (lane, Ended::Answered { hearing, difference })
        }
        Err(failure) => (lane, Ended::Failed(failure)),
    });
    let lanes = ended.collect();
    Ok(Heard { recorded, lanes, left_out })
}

/// What the first lane that answered gave.
fn first(workload: &Workload, heard: &[(Slug, Result<Hearing, Failure>)]) -> Result<Option<Workload>, Error> {
    let mut answered = heard.iter().filter_map(|(lane, heard)| Some((lane, heard.as_ref().ok()?)));
    let Some(first) = answered.next() else { return Ok(None) };
    let to_hear = ToHear { right: Right::default(), by_hand: usize::MAX, is_said: false };
    let others = answered.map(|(_, hearing)| hearing);
    recorded(workload, first, others, &to_hear).map(|recording| Some(recording.workload))
}
