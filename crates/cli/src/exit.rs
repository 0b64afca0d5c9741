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

/// Of a run of which this share of the trials, in thousandths, may be invalid.
pub(crate) fn code_of_run(run: &Run, invalid_milli: u32) -> u8 {
    let trials = |is: fn(&Outcome) -> bool| run.trials.iter().filter(|trial| is(&trial.outcome)).count();
    let failed = trials(|outcome| matches!(outcome, Outcome::Failed { .. })) > 0
        || run.preparations.iter().any(|made| made.failure.is_some());
    let invalid = trials(|outcome| matches!(outcome, Outcome::Invalid { .. }));
    let too_many = invalid * 1_000 > run.trials.len() * invalid_milli as usize;
    match run.end.as_ref().map(|end| end.reason) {
        Some(EndReason::Interrupted) => INTERRUPTED,
        Some(EndReason::Completed) if !failed && !too_many => DONE,
        _ => TROUBLED,
    }
}
