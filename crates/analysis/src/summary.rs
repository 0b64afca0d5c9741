//! What each lane of a run came to, all arms together or each by itself.

use plimsoll_model::{Case, Entry, Outcome, Phase, Reading, Row, Run, Series, Slug, Unit};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::capacity::{capacity, utilisation};
use crate::latency::latencies;
use crate::trials::Trials;
use crate::{Estimate, LatencySummary, names};

/// One workload in one lane.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LaneSummary {
    /// Indices into [`Run::cells`]: one for each arm that takes part, at least one.
    #[serde(skip)]
    pub cells: Vec<u32>,
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    #[schemars(with = "String")]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
    /// The arm; absent where several are taken together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<Slug>,
    /// How its trials ended.
    pub trials: TrialCounts,
    /// Why it could not be prepared; absent when it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepare_failure: Option<String>,
    /// Duration of each phase on the observer's clock, in nanoseconds, in the order of an instance's life.
    pub phases: Vec<PhaseSummary>,
    /// Every figure taken while preparing or in trials that count and can be trusted, in the order of the run's table.
    pub figures: Vec<FigureSummary>,
    /// Every distribution: first over all requests, then per request.
    pub latencies: Vec<LatencySummary>,
    /// The common rate it was loaded at, in thousandths of a request per second; absent when it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_milli: Option<u64>,
    /// What it could serve in a closed loop, in thousandths of a request per second; of several arms the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_milli: Option<Reading>,
    /// The common rate over the capacity, in thousandths; of several arms the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilisation_milli: Option<Reading>,
}

/// How many trials ended how. Warm-ups and bursts for the capacity are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrialCounts {
    /// Everything was as expected.
    pub passed: u32,
    /// Of those, how many also served load.
    pub loaded: u32,
    /// Something went wrong.
    pub failed: u32,
    /// Their load can't be trusted, all before and after it can.
    pub invalid: u32,
    /// Stopped by the user.
    pub interrupted: u32,
}

/// How long one phase took.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PhaseSummary {
    /// The phase.
    pub phase: Phase,
    /// Its duration in nanoseconds.
    pub duration: Estimate,
}

/// What one series came to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FigureSummary {
    /// What it is a figure of.
    #[serde(flatten)]
    pub series: Series,
    /// Unit of the values; a count where the run does not declare the metric.
    pub unit: Unit,
    /// The figure, or why there is none.
    pub outcome: FigureOutcome,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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

impl LaneSummary {
    /// The cold start, in nanoseconds.
    #[must_use]
    pub fn cold_start(&self) -> Option<&Estimate> {
        self.figure(&names::COLD_START, None, None)?.estimate()
    }

    /// The first figure of a metric; of any phase and subject where none is asked for.
    #[must_use]
    pub fn figure(
        &self,
        metric: &Slug,
        phase: Option<Phase>,
        subject: Option<&Slug>,
    ) -> Option<&FigureSummary> {
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

/// Summarises every workload in every lane, all arms together, in the run's order.
#[must_use]
pub fn summarise(run: &Run) -> Vec<LaneSummary> {
    let trials = Trials::of(run);
    run.cells_by_row().into_par_iter().filter_map(|cells| summary(&trials, cells)).collect()
}

/// Summarises every arm by itself, in the order of [`Run::cells`].
#[must_use]
pub fn summarise_arms(run: &Run) -> Vec<LaneSummary> {
    let trials = Trials::of(run);
    (0..run.cells.len() as u32).into_par_iter().filter_map(|cell| summary(&trials, vec![cell])).collect()
}

/// The cells of one workload in one lane; `None` where there are none.
fn summary(trials: &Trials<'_>, cells: Vec<u32>) -> Option<LaneSummary> {
    let run = trials.run;
    let first = *cells.first()?;
    let Row { case, lane } = run.row_of(first)?;
    let load = run.load(case);
    let failure = run.prepared(&cells).into_iter().find_map(|made| made.failure.as_ref());
    Some(LaneSummary {
        case: case.clone(),
        lane: lane.clone(),
        arm: run.arm_of(first).filter(|_| cells.len() == 1).cloned(),
        trials: count(trials, &cells),
        prepare_failure: failure.map(|failure| failure.message.clone()),
        phases: phases(trials, &cells),
        figures: figures(trials, &cells),
        latencies: latencies(trials, &cells),
        rate_milli: load.map(|load| load.rate_milli),
        capacity_milli: load.and_then(|load| capacity(load, &cells)),
        utilisation_milli: load.and_then(|load| utilisation(load, &cells)),
        cells,
    })
}

fn count(trials: &Trials<'_>, cells: &[u32]) -> TrialCounts {
    let mut counts = TrialCounts::default();
    for trial in trials.counting(cells) {
        match trial.outcome {
            Outcome::Passed => {
                counts.passed += 1;
                counts.loaded += u32::from(trial.aim().is_loaded());
            }
            Outcome::Failed { .. } => counts.failed += 1,
            Outcome::Invalid { .. } => counts.invalid += 1,
            Outcome::Interrupted => counts.interrupted += 1,
        }
    }
    counts
}

fn phases(trials: &Trials<'_>, cells: &[u32]) -> Vec<PhaseSummary> {
    let trials = trials.counting(cells);
    let summary = |phase: Phase| {
        let durations: Vec<_> = trials
            .iter()
            .filter(|trial| trial.tells_of(phase))
            .filter_map(|trial| {
                let span = trial.spans.iter().find(|span| span.phase == phase)?;
                Some((Some(trial.position), span.end_ns.saturating_sub(span.begin_ns) as f64))
            })
            .collect();
        Some(PhaseSummary { phase, duration: Estimate::of(&durations)? })
    };
    Phase::ALL.into_iter().filter_map(summary).collect()
}

/// A reading, and the position of the trial it was taken in; absent: while preparing.
type Placed<'run> = (Option<u32>, &'run Reading);

fn figures(trials: &Trials<'_>, cells: &[u32]) -> Vec<FigureSummary> {
    let run = trials.run;
    let prepared =
        run.prepared(cells).into_iter().flat_map(|made| made.samples.iter().map(|entry| (None, entry)));
    let of_load: Vec<bool> = run.series.iter().map(|series| series.phase == Phase::Serve).collect();
    let of_load = &of_load;
    let tried = trials.counting(cells).into_iter().flat_map(|trial| {
        let [start, load] = [Phase::Ready, Phase::Serve].map(|phase| trial.tells_of(phase));
        let sound = move |series: u32| {
            if of_load.get(series as usize).copied().unwrap_or_default() { load } else { start }
        };
        let entries = trial.samples.iter().filter(move |Entry(series, _)| sound(*series));
        entries.map(|entry| (Some(trial.position), entry))
    });
    let mut readings: Vec<Vec<Placed<'_>>> = vec![Vec::new(); run.series.len()];
    for (trial, Entry(series, reading)) in prepared.chain(tried) {
        if let Some(of_series) = readings.get_mut(*series as usize) {
            of_series.push((trial, reading));
        }
    }
    let figures = run.series.iter().zip(&readings).filter(|(_, readings)| !readings.is_empty());
    figures.filter_map(|(series, readings)| figure(run, series, readings)).collect()
}

fn figure(run: &Run, series: &Series, readings: &[Placed<'_>]) -> Option<FigureSummary> {
    let metric = run.metric(&series.metric);
    let values: Vec<_> = readings
        .iter()
        .filter_map(|(trial, reading)| reading.value().map(|value| (*trial, value as f64)))
        .collect();
    let reason = readings.iter().find_map(|(_, reading)| match reading {
        Reading::Value(_) => None,
        Reading::Unavailable { reason } => Some(reason.to_string()),
    });
    let outcome = match Estimate::of(&values) {
        Some(estimate) => FigureOutcome::Measured(estimate),
        None => FigureOutcome::Unavailable(reason?),
    };
    Some(FigureSummary {
        series: series.clone(),
        unit: metric.map_or(Unit::Count, |metric| metric.unit),
        outcome,
    })
}
