use plimsoll_analysis::{CellSummary, Comparison, Warning, compare, summarise, warnings};
use plimsoll_model::{Run, Slug};

/// A run with its summaries and comparisons: what charts and exporters take.
#[derive(Clone, Debug)]
pub struct Report<'run> {
    /// The run.
    pub run: &'run Run,
    /// Every cell, in the run's order.
    pub summaries: Vec<CellSummary>,
    /// The lane that the others are set against; absent when the run has no lanes.
    pub baseline: Option<Slug>,
    /// Every lane against the baseline.
    pub comparisons: Vec<Comparison>,
    /// What a reader should know, the gravest first.
    pub warnings: Vec<Warning>,
}

impl<'run> Report<'run> {
    /// Reports on a run, with lane `docker` as the baseline, or the first lane where there is no `docker`.
    #[must_use]
    pub fn of(run: &'run Run) -> Self {
        let docker = Slug::known("docker");
        let baseline =
            run.plan.lanes.iter().find(|lane| **lane == docker).or(run.plan.lanes.first()).cloned();
        Self::against(run, baseline)
    }

    /// Reports on a run with another baseline.
    #[must_use]
    pub fn against(run: &'run Run, baseline: Option<Slug>) -> Self {
        Self {
            run,
            summaries: summarise(run),
            comparisons: baseline.as_ref().map(|lane| compare(run, lane)).unwrap_or_default(),
            warnings: warnings(run),
            baseline,
        }
    }
}
