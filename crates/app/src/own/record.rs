//! Hearing what workloads answer whose right answers nobody has said.

use plimsoll_engine::{Cancel, Conditions, EventSink, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::{Compare, Workload};

use super::Right;
use crate::Error;
use crate::lanes::Lane;
use crate::notice::notice;

/// The workload with what it answers in the first of these lanes that runs it as what is expected.
pub(crate) async fn record(
    workload: &Workload,
    right: &Right,
    lanes: &[&Lane],
    conditions: &Conditions,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Workload, Error> {
    let mut causes = Vec::new();
    for lane in lanes.iter().filter(|lane| lane.runtime.accepts(workload).is_ok()) {
        let slug = lane.slug();
        notice(events, format!("asking `{}` in lane `{slug}` what it answers", workload.name));
        let clock = &MonotonicClock;
        let rehearsal = Rehearsal { runtime: lane.runtime.as_ref(), workload, conditions, clock, cancel };
        match rehearsal.record(slug).await {
            Ok(recorded) => {
                let settled = settled(recorded, right)?;
                settled.recorded().into_iter().for_each(|told| notice(events, told));
                return Ok(settled);
            }
            Err(RehearsalError::Cancelled) => return Err(Error::interrupted()),
            Err(RehearsalError::Failed(failure)) => {
                let seen = failure.diff.map(|diff| format!("\n{diff}")).unwrap_or_default();
                causes.push(format!("lane `{slug}`, phase {}: {}{seen}", failure.phase, failure.message));
            }
        }
    }
    let told = format!("`{}` gave in no lane what looks right: nothing was measured", workload.name);
    let error = Error { causes, ..Error::environment(told) };
    Err(error.with_hint(
        "a right answer is complete and has a status from 200 to 299: ask for a path that gives one, or say what is right \
         with `--expect-status`",
    ))
}

/// With what was said beside what was heard.
fn settled(mut workload: Workload, right: &Right) -> Result<Workload, Error> {
    for exchange in workload.job.exchanges_mut() {
        let heard = exchange.expect.status;
        if let Some(said) = right.status.filter(|said| *said != heard) {
            return Err(Error::usage(format!("`{}` answers with status {heard}, not {said}", exchange.path))
                .with_hint("say the status that is right, or ask for another path"));
        }
        if right.left_out.is_empty() {
            continue;
        }
        if exchange.expect.compare != Compare::Json {
            return Err(Error::usage(format!(
                "the answer to `{}` is no JSON, of which a place could be left out",
                exchange.path
            ))
            .with_hint("leave out `--leave-out`"));
        }
        exchange.expect.left_out.extend(right.left_out.iter().cloned());
        exchange.expect.left_out.sort_unstable();
        exchange.expect.left_out.dedup();
    }
    Ok(workload)
}
