//! Preparing a workload in a lane, within a limit and as long as the user waits.

use std::time::Duration;

use plimsoll_model::{Failure, Phase, Workload};
use plimsoll_runtime::{Conditions, Prepared, Runtime};

use crate::Cancel;
use crate::halt::RuntimeStep;

/// Above what a pull or a build may take, so that these tell their own limits.
const PREPARE_LIMIT: Duration = Duration::from_secs(900);
/// After the user's wish to stop.
const LAST_WORD: Duration = Duration::from_millis(900);

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
    }
}
