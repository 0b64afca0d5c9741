//! Hearing what workloads answer whose right answers nobody has said.

use plimsoll_engine::{Cancel, Conditions, EventSink, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::Workload;

use super::Right;
use super::recording::recorded;
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
        let rehearsal =
            Rehearsal { runtime: lane.runtime.as_ref(), workload, conditions, clock, events, cancel };
        match rehearsal.hear().await {
            Ok(hearing) => {
                let settled = recorded(workload, (slug, &hearing), std::iter::empty(), right)?;
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
