//! What each cell of a run came to.

use plimsoll_model::{Phase, Reading, Run, Series, Slug, Unit};
use serde::Serialize;

use crate::{Estimate, LatencySummary};

/// One cell: a workload in a lane, measured by one arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellSummary {
    /// Index into [`Run::cells`].
    pub cell: u32,
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// The arm.
    pub arm: Slug,
    /// How its trials ended.
    pub trials: TrialCounts,
    /// Why it could not be prepared; absent when it could.
    pub prepare_failure: Option<String>,
    /// Duration of each phase on the observer's clock, in nanoseconds, in the order of an instance's life.
    pub phases: Vec<PhaseSummary>,
    /// Every figure taken while preparing or in trials that count and passed, in the order of the run's table.
    pub figures: Vec<FigureSummary>,
    /// Every distribution: first over all requests, then per request.
    pub latencies: Vec<LatencySummary>,
    /// The common rate it was loaded at, in thousandths of a request per second; absent when it was not.
    pub rate_milli: Option<u64>,
    /// What it could serve in a closed loop, in thousandths of a request per second.
    pub capacity_milli: Option<Reading>,
    /// The common rate over that capacity, in thousandths.
    pub utilisation_milli: Option<Reading>,
}

/// How many trials of a cell ended how. Warm-ups and bursts for the capacity are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TrialCounts {
    /// Everything was as expected.
    pub passed: u32,
    /// Of those, how many also served load.
    pub loaded: u32,
    /// Something went wrong.
    pub failed: u32,
    /// The measurement can't be trusted.
    pub invalid: u32,
    /// Stopped by the user.
    pub interrupted: u32,
}

/// How long one phase took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseSummary {
    /// The phase.
    pub phase: Phase,
    /// Its duration in nanoseconds.
    pub duration: Estimate,
}

/// What one series came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureSummary {
    /// What it is a figure of.
    pub series: Series,
    /// Unit of the values; a count where the run does not declare the metric.
    pub unit: Unit,
    /// The figure, or why there is none.
    pub outcome: FigureOutcome,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureOutcome {
    /// At least one value was had.
    Measured(Estimate),
    /// No trial had one.
    Unavailable(String),
}

impl FigureSummary {
    /// The estimate, where there is one.
    #[must_use]
    pub fn estimate(&self) -> Option<&Estimate> {
        match &self.outcome {
            FigureOutcome::Measured(estimate) => Some(estimate),
            FigureOutcome::Unavailable(_) => None,
        }
    }
}

impl CellSummary {
    /// The cold start, in nanoseconds.
    #[must_use]
    pub fn cold_start(&self) -> Option<&Estimate> {
        self.figure(&crate::names::COLD_START, None, None)?.estimate()
    }

    /// The first figure of a metric; of any phase and subject where none is asked for.
    #[must_use]
    pub fn figure(&self, metric: &Slug, phase: Option<Phase>, subject: Option<&Slug>) -> Option<&FigureSummary> {
        self.figures.iter().find(|figure| {
            let series = &figure.series;
            series.metric == *metric
                && phase.is_none_or(|phase| series.phase == phase)
                && subject.is_none_or(|subject| series.subject.as_ref() == Some(subject))
        })
    }

    /// The distribution of a metric; of one request, or of all together.
    #[must_use]
    pub fn latency(&self, metric: &Slug, request: Option<&Slug>) -> Option<&LatencySummary> {
        self.latencies.iter().find(|found| found.metric == *metric && found.request.as_ref() == request)
    }
}

/// Summarises every cell, in the run's order.
#[must_use]
pub fn summarise(run: &Run) -> Vec<CellSummary> {
    todo!("{}", run.id)
}
