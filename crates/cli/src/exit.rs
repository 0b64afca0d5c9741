//! Exit codes: what a script can act on.

use plimsoll_app::{Code, Finished};
use plimsoll_model::{Aim, EndReason, Outcome, Phase, Run, Trial};

use crate::notes::note_on_stderr;

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

/// Of a run of which this share of the loads, in thousandths, may be missing; why it is [`TROUBLED`] is noted on
/// standard error.
pub(crate) fn code_of_run(run: &Run, invalid_milli: u32) -> u8 {
    let reason = run.end.as_ref().map(|end| end.reason);
    let troubles = troubles(run, invalid_milli);
    match reason {
        Some(EndReason::Interrupted) => return INTERRUPTED,
        Some(EndReason::Completed) if troubles.is_empty() => return DONE,
        _ if troubles.is_empty() => note_on_stderr("exit code 1: the run did not come to its end"),
        _ => note_on_stderr(&format!("exit code 1: {}", troubles.join("; "))),
    }
    TROUBLED
}

/// The same, where workloads that were told are not in the run.
pub(crate) fn code_of_finished(finished: &Finished, invalid_milli: u32) -> u8 {
    let code = code_of_run(&finished.run, invalid_milli);
    if code == DONE && !finished.unheard.is_empty() {
        let left = finished.unheard.len();
        note_on_stderr(&format!("exit code 1: {left} of what was told was left out"));
        return TROUBLED;
    }
    code
}

/// What keeps a run from being as it was planned.
fn troubles(run: &Run, invalid_milli: u32) -> Vec<String> {
    // What could not be prepared has one such trial for each cell, and was not tried.
    let is_failed = |trial: &&Trial| matches!(&trial.outcome, Outcome::Failed { failure } if failure.phase != Phase::Prepare);
    let failed = run.trials.iter().filter(is_failed).count();
    let unprepared = run.preparations.iter().filter(|made| made.failure.is_some()).count();
    let (missing, loads) = missing_loads(run);
    let too_many = missing * 1_000 > loads * u64::from(invalid_milli);
    let failed = (failed > 0).then(|| format!("{failed} of {} trials failed", run.trials.len()));
    let unprepared = (unprepared > 0).then(|| format!("{unprepared} could not be prepared"));
    let missing = too_many.then(|| {
        format!(
            "{missing} of {loads} loads are missing, because they were invalid and nothing \
             valid was made in their place: run again when the machine is quieter; `plimsoll bench --tolerate-invalid` accepts a share"
        )
    });
    failed.into_iter().chain(unprepared).chain(missing).collect()
}

/// How many loads were invalid and are not made up for by others, and how many there should be.
fn missing_loads(run: &Run) -> (u64, u64) {
    let mut cells = vec![(0_u32, 0_u32); run.cells.len()];
    for trial in run.trials.iter().filter(|trial| trial.aim() == Aim::LOAD) {
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
