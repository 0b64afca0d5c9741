//! Which trials are part of a figure, and their values.

use plimsoll_model::{Outcome, Phase, Reading, Run, Slug, Trial};

use crate::names;

/// The trials of a run that count, by cell: each of a long run's many cells would otherwise be looked for among all
/// trials, figure by figure.
#[derive(Debug)]
pub(crate) struct Trials<'run> {
    pub(crate) run: &'run Run,
    /// With their places among the run's trials.
    by_cell: Vec<Vec<(usize, &'run Trial)>>,
}

impl<'run> Trials<'run> {
    pub(crate) fn of(run: &'run Run) -> Self {
        let mut by_cell = vec![Vec::new(); run.cells.len()];
        for (at, trial) in run.trials.iter().enumerate().filter(|(_, trial)| trial.kind.counts()) {
            if let Some(cell) = by_cell.get_mut(trial.cell as usize) {
                cell.push((at, trial));
            }
        }
        Self { run, by_cell }
    }

    /// Those of these cells, in the order in which they ran.
    pub(crate) fn counting(&self, cells: &[u32]) -> Vec<&'run Trial> {
        let own = cells.iter().filter_map(|cell| self.by_cell.get(*cell as usize)).flatten();
        let mut own: Vec<(usize, &Trial)> = own.copied().collect();
        own.sort_unstable_by_key(|(at, _)| *at);
        own.into_iter().map(|(_, trial)| trial).collect()
    }

    /// Those of these cells that passed, in the order in which they ran.
    pub(crate) fn good(&self, cells: &[u32]) -> Vec<&'run Trial> {
        let mut own = self.counting(cells);
        own.retain(|trial| trial.outcome == Outcome::Passed);
        own
    }

    /// The instance's values of a metric, one a trial, with the trials' positions.
    pub(crate) fn values(&self, cells: &[u32], metric: &Slug, phase: Phase) -> Vec<(Option<u32>, f64)> {
        let value = |trial: &Trial| {
            let mut samples = trial.samples.iter();
            let entry = samples.find(|entry| is_of_instance(self.run, entry.0, metric, phase))?;
            entry.1.value().map(|value| (Some(trial.position), value as f64))
        };
        self.good(cells).into_iter().filter_map(value).collect()
    }

    /// The instance's readings of a metric while preparing or in trials that passed.
    pub(crate) fn readings(&self, cells: &[u32], metric: &Slug, phase: Phase) -> Vec<&'run Reading> {
        let made = self.run.prepared(cells).into_iter().flat_map(|made| &made.samples);
        let tried = self.good(cells).into_iter().flat_map(|trial| &trial.samples);
        let of_instance = made.chain(tried).filter(|entry| is_of_instance(self.run, entry.0, metric, phase));
        of_instance.map(|entry| &entry.1).collect()
    }
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

/// The instance's values of a metric taken while preparing.
pub(crate) fn prepared(run: &Run, cells: &[u32], metric: &Slug) -> Vec<f64> {
    let made = run.prepared(cells).into_iter().flat_map(|made| &made.samples);
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
