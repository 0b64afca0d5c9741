//! Exit codes: what a script can act on.

use plimsoll_app::Code;
use plimsoll_model::{EndReason, Outcome, Run};

/// Done.
pub(crate) const DONE: u8 = 0;
/// A trial failed or was invalid, or a lane could not be prepared.
pub(crate) const TROUBLED: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// The environment can't do what was asked.
pub(crate) const ENVIRONMENT: u8 = 3;
/// A budget is broken beyond noise: a regression.
pub(crate) const REGRESSION: u8 = 4;
/// Interrupted by the user: 128 and the number of SIGINT, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

pub(crate) fn code_of(code: Code) -> u8 {
    match code {
        Code::Usage => USAGE,
        Code::Environment => ENVIRONMENT,
        Code::Interrupted => INTERRUPTED,
    }
}

pub(crate) fn code_of_run(run: &Run) -> u8 {
    let troubled = |outcome: &Outcome| matches!(outcome, Outcome::Failed { .. } | Outcome::Invalid { .. });
    match run.end.as_ref().map(|end| end.reason) {
        Some(EndReason::Interrupted) => INTERRUPTED,
        Some(EndReason::Completed)
            if run.preparations.iter().all(|made| made.failure.is_none())
                && !run.trials.iter().any(|trial| troubled(&trial.outcome)) =>
        {
            DONE
        }
        _ => TROUBLED,
    }
}
