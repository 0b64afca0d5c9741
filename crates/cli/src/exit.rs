//! Exit codes: what a script can act on.

use plimsoll_app::Code;
use plimsoll_model::{EndReason, Outcome, Run, TrialKind};

/// Done.
pub(crate) const DONE: u8 = 0;
/// A trial failed, loads are missing because they were invalid, or a lane could not be prepared.
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

/// Of a run of which this share of the loads, in thousandths, may be missing.
pub(crate) fn code_of_run(run: &Run, invalid_milli: u32) -> u8 {
    let trials = |is: fn(&Outcome) -> bool| run.trials.iter().filter(|trial| is(&trial.outcome)).count();
    let failed = trials(|outcome| matches!(outcome, Outcome::Failed { .. })) > 0
        || run.preparations.iter().any(|made| made.failure.is_some());
    let (missing, loads) = missing_loads(run);
    let too_many = missing * 1_000 > loads * u64::from(invalid_milli);
    match run.end.as_ref().map(|end| end.reason) {
        Some(EndReason::Interrupted) => INTERRUPTED,
        Some(EndReason::Completed) if !failed && !too_many => DONE,
        _ => TROUBLED,
    }
}

/// How many loads were invalid and are not made up for by others, and how many there should be.
fn missing_loads(run: &Run) -> (u64, u64) {
    let mut cells = vec![(0_u32, 0_u32); run.cells.len()];
    for trial in run.trials.iter().filter(|trial| trial.kind == TrialKind::Loaded) {
        let Some((passed, invalid)) = cells.get_mut(trial.cell as usize) else { continue };
        *passed += u32::from(trial.outcome == Outcome::Passed);
        *invalid += u32::from(matches!(trial.outcome, Outcome::Invalid { .. }));
    }
    let planned = run.plan.trials.loaded;
    let of_loaded = cells.iter().filter(|(passed, invalid)| passed + invalid > 0);
    of_loaded.fold((0, 0), |(missing, loads), (passed, invalid)| {
        let own = planned.saturating_sub(*passed).min(*invalid);
        (missing + u64::from(own), loads + u64::from(planned))
    })
}
