//! Preparing a workload in a lane, within a limit and as long as the user waits.

use std::convert::Infallible;
use std::time::Duration;

use plimsoll_model::{Doing, Event, Failure, Phase, Workload};
use plimsoll_runtime::{Conditions, Figure, Prepared, Runtime};

use crate::halt::RuntimeStep;
use crate::{Cancel, EventSink};

/// Above what a pull or a build may take, so that these tell their own limits.
const PREPARE_LIMIT: Duration = Duration::from_secs(900);
/// After the user's wish to stop.
const LAST_WORD: Duration = Duration::from_millis(900);
/// Between two questions how far it has come.
const LOOK: Duration = Duration::from_millis(250);

const PREPARE: RuntimeStep = RuntimeStep {
    phase: Phase::Prepare,
    name: "the prepared artifact",
    hint: "see whether the runtime answers with `plimsoll doctor`",
};

/// Why nothing was prepared.
pub(crate) enum Unprepared {
    /// The user's wish. What was just being made is still to be discarded.
    Cancelled(Option<Box<dyn Prepared>>),
    /// Something went wrong.
    Failed(Failure),
}

pub(crate) async fn prepare(
    runtime: &dyn Runtime,
    workload: &Workload,
    conditions: &Conditions,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<Box<dyn Prepared>, Unprepared> {
    let mut preparing = runtime.prepare(workload, conditions);
    tokio::select! {
        biased;
        prepared = tokio::time::timeout(PREPARE_LIMIT, &mut preparing) => match prepared {
            Ok(prepared) => prepared.map_err(|error| Unprepared::Failed(error.into_failure(Phase::Prepare))),
            Err(_) => Err(Unprepared::Failed(PREPARE.timed_out(PREPARE_LIMIT))),
        },
        () = cancel.cancelled() => {
            // What is just being made can be discarded only once it is there.
            let made = tokio::time::timeout(cancel.left_of(LAST_WORD), preparing).await;
            Err(Unprepared::Cancelled(made.ok().and_then(Result::ok)))
        }
        never = tell(runtime, events) => match never {},
    }
}

/// What preparing gave in figures: measuring them may take as long as preparing did. `None` where the user stops it.
pub(crate) async fn figures(
    runtime: &dyn Runtime,
    prepared: &dyn Prepared,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Option<Vec<Figure>> {
    tokio::select! {
        biased;
        measured = tokio::time::timeout(PREPARE_LIMIT, prepared.figures()) => Some(measured.unwrap_or_default()),
        () = cancel.cancelled() => None,
        never = tell(runtime, events) => match never {},
    }
}

/// Tells what takes long.
async fn tell(runtime: &dyn Runtime, events: &dyn EventSink) -> Infallible {
    let mut told: Option<Doing> = None;
    loop {
        tokio::time::sleep(LOOK).await;
        let doing = runtime.doing();
        if doing != told {
            if let Some(doing) = doing.clone() {
                events.send(Event::Doing(doing));
            }
            told = doing;
        }
    }
}
