//! Which trials are part of a figure, and their values.

use std::sync::OnceLock;

use plimsoll_model::{Phase, Reading, Run, Slug, Trial};

use crate::trace;
use crate::wanted::of_instance;

/// The trials of a run that count, by cell: each of a long run's many cells would otherwise be looked for among all
/// trials, figure by figure.
#[derive(Debug)]
pub(crate) struct Trials<'run> {
    pub(crate) run: &'run Run,
    /// With their places among the run's trials.
    by_cell: Vec<Vec<(usize, &'run Trial)>>,
    stolen_milli: OnceLock<u64>,
}

impl<'run> Trials<'run> {
    pub(crate) fn of(run: &'run Run) -> Self {
        let mut by_cell = vec![Vec::new(); run.cells.len()];
        for (at, trial) in run.trials.iter().enumerate().filter(|(_, trial)| trial.aim().counts()) {
            if let Some(cell) = by_cell.get_mut(trial.cell as usize) {
                cell.push((at, trial));
            }
        }
        Self { run, by_cell, stolen_milli: OnceLock::new() }
    }

    /// As [`trace::stolen_milli`], worked out once for all the figures that are compared.
    pub(crate) fn stolen_milli(&self) -> u64 {
        *self.stolen_milli.get_or_init(|| trace::stolen_milli(self.run))
    }

    /// Those of these cells, in the order in which they ran.
    pub(crate) fn counting(&self, cells: &[u32]) -> Vec<&'run Trial> {
        let own = cells.iter().filter_map(|cell| self.by_cell.get(*cell as usize)).flatten();
        let mut own: Vec<(usize, &Trial)> = own.copied().collect();
        own.sort_unstable_by_key(|(at, _)| *at);
        own.into_iter().map(|(_, trial)| trial).collect()
    }

    /// Those of these cells whose figures of a phase can be trusted, in the order in which they ran.
    pub(crate) fn telling_of(&self, cells: &[u32], phase: Phase) -> Vec<&'run Trial> {
        let mut own = self.counting(cells);
        own.retain(|trial| trial.tells_of(phase));
        own
    }

    /// The instance's values of a metric, one a trial, with the trials' positions.
    pub(crate) fn values(&self, cells: &[u32], metric: &Slug, phase: Phase) -> Vec<(Option<u32>, f64)> {
        let wanted = of_instance(self.run, metric, phase);
        let value = |trial: &Trial| {
            let entry = trial.samples.iter().find(|entry| wanted.has(entry))?;
            entry.1.value().map(|value| (Some(trial.position), value as f64))
        };
        if wanted.is_empty() {
            return Vec::new();
        }
        self.telling_of(cells, phase).into_iter().filter_map(value).collect()
    }

    /// The instance's readings of a metric while preparing or in trials that can be trusted.
    pub(crate) fn readings(&self, cells: &[u32], metric: &Slug, phase: Phase) -> Vec<&'run Reading> {
        let made = self.run.prepared(cells).into_iter().flat_map(|made| &made.samples);
        let tried = self.telling_of(cells, phase).into_iter().flat_map(|trial| &trial.samples);
        let wanted = of_instance(self.run, metric, phase);
        made.chain(tried).filter(|entry| wanted.has(entry)).map(|entry| &entry.1).collect()
    }
}

/// The instance's values of a metric taken while preparing.
pub(crate) fn prepared(run: &Run, cells: &[u32], metric: &Slug) -> Vec<f64> {
    let wanted = of_instance(run, metric, Phase::Prepare);
    let made = run.prepared(cells).into_iter().flat_map(|made| &made.samples);
    made.filter(|entry| wanted.has(entry))
        .filter_map(|entry| entry.1.value().map(|value| value as f64))
        .collect()
}

/// The phases in which a metric of the instance was taken, in the order of an instance's life.
pub(crate) fn phases_of(run: &Run, metric: &Slug) -> Vec<Phase> {
    Phase::ALL.into_iter().filter(|phase| !of_instance(run, metric, *phase).is_empty()).collect()
}
