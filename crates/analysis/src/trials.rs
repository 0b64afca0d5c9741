//! Which trials are part of a figure, and their values.

use plimsoll_model::{Outcome, Phase, Reading, Run, Slug, Trial};

use crate::names;

/// The trials of these cells that count and passed, in the order in which they ran.
pub(crate) fn good<'run>(run: &'run Run, cells: &[u32]) -> Vec<&'run Trial> {
    let good = |trial: &&Trial| {
        trial.kind.counts() && trial.outcome == Outcome::Passed && cells.contains(&trial.cell)
    };
    run.trials.iter().filter(good).collect()
}

/// Whether a series tells of the instance itself: not of a shim, a proxy, a daemon, or one request.
fn is_of_instance(run: &Run, series: u32, metric: &Slug, phase: Phase) -> bool {
    run.series.get(series as usize).is_some_and(|series| {
        series.metric == *metric
            && series.phase == phase
            && series.request.is_none()
            && series.subject.as_ref().is_none_or(|subject| *subject == names::INSTANCE)
    })
}

/// The instance's values of a metric, one a trial, with the trials' positions.
pub(crate) fn values(run: &Run, cells: &[u32], metric: &Slug, phase: Phase) -> Vec<(Option<u32>, f64)> {
    let value = |trial: &Trial| {
        let mut samples = trial.samples.iter();
        let entry = samples.find(|entry| is_of_instance(run, entry.0, metric, phase))?;
        entry.1.value().map(|value| (Some(trial.position), value as f64))
    };
    good(run, cells).into_iter().filter_map(value).collect()
}

/// The instance's readings of a metric while preparing or in trials that count and passed.
pub(crate) fn entries<'run>(
    run: &'run Run,
    cells: &'run [u32],
    metric: &'run Slug,
    phase: Phase,
) -> impl Iterator<Item = &'run Reading> {
    let made =
        run.preparations.iter().filter(|made| cells.contains(&made.cell)).flat_map(|made| &made.samples);
    let tried = good(run, cells).into_iter().flat_map(|trial| &trial.samples);
    made.chain(tried).filter(move |entry| is_of_instance(run, entry.0, metric, phase)).map(|entry| &entry.1)
}

/// The instance's values of a metric taken while preparing.
pub(crate) fn prepared(run: &Run, cells: &[u32], metric: &Slug) -> Vec<f64> {
    let made =
        run.preparations.iter().filter(|made| cells.contains(&made.cell)).flat_map(|made| &made.samples);
    made.filter(|entry| is_of_instance(run, entry.0, metric, Phase::Prepare))
        .filter_map(|entry| entry.1.value().map(|value| value as f64))
        .collect()
}

/// The phases in which a metric of the instance was taken, in the order of an instance's life.
pub(crate) fn phases_of(run: &Run, metric: &Slug) -> Vec<Phase> {
    let taken = |phase: &Phase| {
        (0..run.series.len() as u32).any(|series| is_of_instance(run, series, metric, *phase))
    };
    Phase::ALL.into_iter().filter(taken).collect()
}
