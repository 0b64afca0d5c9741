//! Hearing what workloads answer whose right answers nobody has said, or whose requests were never tried.

use plimsoll_engine::{Cancel, Conditions, EventSink, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::{Compare, FailureKind, Workload};

use super::recording::{Recording, recorded};
use super::to_hear::ToHear;
use crate::Error;
use crate::lanes::Lane;
use crate::notice::notice;

/// What a workload is heard for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is measured.
    Run,
    /// It is written into a folder.
    Folder,
}

/// The workload with what it answers in the first of these lanes that runs it as what is expected, where that is not
/// said. Imported requests that are not answered rightly are left out, told once, and named among its remarks.
pub(crate) async fn record(
    workload: &Workload,
    to_hear: &ToHear,
    next: Next,
    lanes: &[&Lane],
    conditions: &Conditions,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Workload, Error> {
    let mut causes: Vec<Cause> = Vec::new();
    let mut unfit = Vec::new();
    let mut kinds = Vec::new();
    for lane in lanes {
        let slug = lane.slug();
        if let Err(why) = lane.runtime.accepts(workload) {
            unfit.push(format!("lane `{slug}`: {why}"));
            continue;
        }
        notice(events, format!("asking `{}` in lane `{slug}` what it answers", workload.name));
        let (runtime, clock) = (lane.runtime.as_ref(), &MonotonicClock);
        let for_run = next == Next::Run;
        let rehearsal = Rehearsal { runtime, workload, conditions, clock, events, cancel, for_run };
        match rehearsal.hear_first(to_hear.by_hand).await {
            Ok(hearing) => {
                let recording = recorded(workload, (slug, &hearing), std::iter::empty(), to_hear)?;
                let Recording { workload: mut settled, left_out } = recording;
                settled.recorded().iter().chain(&left_out).for_each(|told| notice(events, told.clone()));
                settled.remarks.extend(left_out);
                return Ok(settled);
            }
            Err(RehearsalError::Cancelled) => return Err(Error::interrupted()),
            Err(RehearsalError::Failed(failure)) => {
                kinds.push(failure.kind);
                let seen = failure.diff.map(|diff| format!("\n{diff}")).unwrap_or_default();
                let told = format!("phase {}: {}{seen}", failure.phase, failure.message);
                match causes.iter_mut().find(|cause| cause.told == told) {
                    Some(known) => known.lanes.push(slug.to_string()),
                    None => causes.push(Cause { lanes: vec![slug.to_string()], told }),
                }
            }
        }
    }
    let name = &workload.name;
    if causes.is_empty() {
        let told = format!("no lane of this machine can run `{name}`");
        return Err(Error { causes: unfit, ..Error::environment(told) });
    }
    let told = format!("`{name}` gave in no lane what looks right: nothing was measured");
    let causes = causes.iter().map(Cause::in_words).collect();
    let error = Error { causes, ..Error::environment(told) };
    Err(match way_out(workload, &kinds, to_hear.right.status) {
        Some(way_out) => error.with_hint(way_out),
        None => error,
    })
}

/// What went wrong, in all lanes in which it went wrong alike.
struct Cause {
    lanes: Vec<String>,
    told: String,
}

impl Cause {
    fn in_words(&self) -> String {
        let lanes: Vec<String> = self.lanes.iter().map(|lane| format!("`{lane}`")).collect();
        let word = if lanes.len() > 1 { "lanes" } else { "lane" };
        format!("{word} {}, {}", lanes.join(", "), self.told)
    }
}

/// What can be done where what came looks wrong. What never came has its way out among the causes.
fn way_out(workload: &Workload, kinds: &[FailureKind], status: Option<u16>) -> Option<&'static str> {
    let answered = kinds.contains(&FailureKind::WrongOutput);
    let mut asked = workload.job.exchanges().peekable();
    if asked.peek().is_none() {
        let ended = answered || kinds.contains(&FailureKind::Exited);
        return ended.then_some(
            "a right run ends with 0 within the time limit: call it with the arguments that it needs, after `--`, or say with \
             `--expect-exit` which code is right",
        );
    }
    let has_schema = asked.any(|exchange| exchange.expect.compare == Compare::Schema);
    match answered {
        false => None,
        true if has_schema => Some(
            "a right answer is complete and fits its schema: correct the schema or the service, give another schema with \
             `--expect-schema`, or count the status alone with `--expect-status-only`",
        ),
        true if status.is_some() => Some(
            "a right answer is complete and has the status of `--expect-status`: correct the one or the other, or ask for \
             another path",
        ),
        true => Some(
            "a right answer is complete and has a status from 200 to 299: ask for a path that gives one, or say what is right \
             with `--expect-status`",
        ),
    }
}
