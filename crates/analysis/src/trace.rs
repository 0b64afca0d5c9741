//! What the machine went through during the trials.

use plimsoll_model::{Run, Slug, Trial};

use crate::names;
use crate::wanted::Wanted;
use crate::warning::Advice;

/// Stolen time above which a run's times are in doubt, in thousandths of the cores' time.
pub(crate) const STOLEN_MILLI: u64 = 10;
/// A clock this much slower than at its fastest counts as slowed, in thousandths.
const SLOWED_MILLI: u64 = 900;
/// Slowed trials, or trials in which the harness waited for a disk, above which that is worth a word, in thousandths.
const FEW_MILLI: usize = 50;

/// What disturbed a run.
pub(crate) fn disturbed(run: &Run) -> Vec<Advice> {
    [stolen(run), slowed(run), paged(run)].into_iter().flatten().collect()
}

/// One value for each trial that has one, whatever became of the trial.
fn traced(run: &Run, metric: &Slug, subject: Option<&str>) -> Vec<u64> {
    let wanted = Wanted::of(run, |series| {
        series.metric == *metric && series.subject.as_ref().map(Slug::as_str) == subject
    });
    if wanted.is_empty() {
        return Vec::new();
    }
    let trials = run.trials.iter().filter(|trial| trial.aim().counts());
    let value = |trial: &Trial| trial.samples.iter().find(|entry| wanted.has(entry))?.1.value();
    trials.filter_map(value).collect()
}

/// Time that a virtual machine's host gave to others during the trials, in thousandths of the cores' time; 0 where
/// nothing tells it.
pub(crate) fn stolen_milli(run: &Run) -> u64 {
    let sum = |metric| traced(run, &metric, None).into_iter().map(|value| value as f64).sum::<f64>();
    let cores_ns = sum(names::TRIAL_TIME) * f64::from(run.site.host.cpus.max(1));
    // Nothing over nothing is no number, which becomes 0.
    (sum(names::MACHINE_STOLEN) / cores_ns * 1_000.0).round() as u64
}

fn stolen(run: &Run) -> Option<Advice> {
    let share_milli = stolen_milli(run);
    (share_milli > STOLEN_MILLI).then_some(Advice::Stolen { share_milli })
}

fn slowed(run: &Run) -> Option<Advice> {
    let frequencies = traced(run, &names::CORE_FREQUENCY, None);
    let (lowest, highest) = (*frequencies.iter().min()?, *frequencies.iter().max()?);
    let is_slow = |found: &&u64| u128::from(**found) * 1_000 < u128::from(highest) * u128::from(SLOWED_MILLI);
    let count = frequencies.iter().filter(is_slow).count();
    let many = count * 1_000 > frequencies.len() * FEW_MILLI;
    many.then_some(Advice::Slowed {
        count,
        of: frequencies.len(),
        lowest_milli: lowest,
        highest_milli: highest,
    })
}

fn paged(run: &Run) -> Option<Advice> {
    let faults = traced(run, &names::HARNESS_FAULTS, Some("major"));
    let count = faults.iter().filter(|faults| **faults > 0).count();
    (count * 1_000 > faults.len() * FEW_MILLI).then_some(Advice::Paged { count, of: faults.len() })
}
