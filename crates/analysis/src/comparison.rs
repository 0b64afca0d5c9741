//! Lanes set against a baseline lane.

use plimsoll_model::{Direction, Phase, Run, Slug};
use serde::Serialize;

use crate::latency::{Level, P50, P99, Pool};
use crate::trials::{distributions, phases_of, values};
use crate::{CONFIDENCE, Interval, TooFew, either, median, median_ratio_interval, names};

/// One figure of one lane, set against the same figure of the baseline lane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// The lane it is set against.
    pub baseline: Slug,
    /// What is compared.
    pub figure: Compared,
    /// How many trials of the lane took part, and of the baseline.
    pub n: [usize; 2],
    /// The lane's figure ÷ the baseline's.
    pub ratio: f64,
    /// Its 95 % interval by bootstrap; needs 10 trials on each side.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
    /// Cliff's delta from −1 (every value of the lane is smaller) to 1 (every one is larger). For a latency,
    /// over the trials' own percentiles.
    pub effect: f64,
    /// The noise floor of this figure: A/A arms of the same lane differed by up to this factor, at least 1.
    pub floor: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
}

/// What is compared: the median of a metric over trials, or a percentile of a latency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Compared {
    /// The metric.
    pub metric: Slug,
    /// The phase it was taken in.
    pub phase: Phase,
    /// Thousandths: 500 is the median over requests, 990 the 99th percentile. Absent for a median over trials.
    pub percentile_milli: Option<u32>,
}

/// What can be said of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few trials for an interval.
    TooFew,
    /// There is an interval, but no A/A arms tell what this host's noise looks like.
    NoiseFloorNotMeasured,
    /// The interval contains 1.
    NoDifference,
    /// The interval excludes 1, but A/A arms differed as much.
    WithinNoise,
    /// A difference, to the lane's advantage.
    Better,
    /// A difference, to the baseline's advantage.
    Worse,
    /// A difference in something that is neither good nor bad.
    Different,
}

/// Compares every lane with the baseline lane, per workload: cold start, PSS and USS by the median over trials,
/// latency by P50 and P99. Arms of a lane are taken together. A lane without values is left out.
#[must_use]
pub fn compare(run: &Run, baseline: &Slug) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for workload in &run.plan.workloads {
        for figure in compared(run) {
            let floor = floor(run, workload, &figure);
            let base = Side::of(run, &cells(run, workload, baseline), &figure);
            for lane in run.plan.lanes.iter().filter(|lane| *lane != baseline) {
                let side = Side::of(run, &cells(run, workload, lane), &figure);
                let Some(Ratio { n, ratio, interval, effect }) = side.ratio(&base, run.plan.seed) else {
                    continue;
                };
                let verdict = verdict(ratio, interval, floor, direction(run, &figure.metric));
                comparisons.push(Comparison {
                    workload: workload.clone(),
                    lane: lane.clone(),
                    baseline: baseline.clone(),
                    figure: figure.clone(),
                    n,
                    ratio,
                    interval,
                    effect,
                    floor,
                    verdict,
                });
            }
        }
    }
    comparisons
}

/// Everything that is compared in this run.
fn compared(run: &Run) -> Vec<Compared> {
    let mut figures = Vec::new();
    for metric in [names::COLD_START, names::PSS, names::USS] {
        for phase in phases_of(run, &metric) {
            figures.push(Compared { metric: metric.clone(), phase, percentile_milli: None });
        }
    }
    if run.series.iter().any(|series| series.metric == names::LATENCY) {
        figures.extend([P50, P99].map(|level| Compared {
            metric: names::LATENCY,
            phase: Phase::Serve,
            percentile_milli: Some(level.milli),
        }));
    }
    figures
}

fn cells(run: &Run, workload: &Slug, lane: &Slug) -> Vec<u32> {
    let cells = (0_u32..).zip(&run.cells);
    cells.filter(|(_, cell)| cell.workload == *workload && cell.lane == *lane).map(|(at, _)| at).collect()
}

fn direction(run: &Run, metric: &Slug) -> Direction {
    let declared = run.metrics.iter().find(|declared| declared.slug == *metric);
    declared.map_or(Direction::Neutral, |declared| declared.direction)
}

/// The values of one side of a ratio.
enum Side {
    /// One value a trial.
    Values(Vec<f64>),
    /// One distribution a trial, of which a percentile is taken.
    Distributions(Pool, Level),
}

struct Ratio {
    n: [usize; 2],
    ratio: f64,
    interval: Result<Interval, TooFew>,
    effect: f64,
}

impl Side {
    fn of(run: &Run, cells: &[u32], figure: &Compared) -> Self {
        match figure.percentile_milli {
            None => {
                let values = values(run, cells, &figure.metric, figure.phase);
                Self::Values(values.into_iter().map(|(_, value)| value).collect())
            }
            Some(milli) => {
                let level = if milli == P99.milli { P99 } else { P50 };
                let read = distributions(run, cells, &figure.metric, None);
                Self::Distributions(Pool::of(&read.trials), level)
            }
        }
    }

    /// `None` where a side has nothing, or the other one is 0.
    fn ratio(&self, other: &Self, seed: u64) -> Option<Ratio> {
        let (points, ratio, interval) = match (self, other) {
            (Self::Values(own), Self::Values(others)) => {
                let ratio = median(own)? / median(others)?;
                let interval = median_ratio_interval(own, others, CONFIDENCE, seed);
                ([own.clone(), others.clone()], ratio, interval)
            }
            (Self::Distributions(own, level), Self::Distributions(others, _)) => {
                let ratio = own.point(*level).ok()? as f64 / others.point(*level).ok()? as f64;
                let interval = own.ratio_interval(others, *level, seed);
                ([own.points(*level), others.points(*level)], ratio, interval)
            }
            _ => return None,
        };
        let [own, others] = points;
        let effect = cliffs_delta(&own, others.clone());
        ratio.is_finite().then_some(Ratio { n: [own.len(), others.len()], ratio, interval, effect })
    }
}

/// How much more often a value of `a` is above one of `b` than below, from −1 to 1 (Cliff 1993).
fn cliffs_delta(a: &[f64], mut b: Vec<f64>) -> f64 {
    b.sort_by(f64::total_cmp);
    let balance: f64 = a
        .iter()
        .map(|value| {
            let below = b.partition_point(|other| other < value);
            let above = b.len() - b.partition_point(|other| other <= value);
            below as f64 - above as f64
        })
        .sum();
    balance / (a.len() * b.len()).max(1) as f64
}

/// The noise floor of a figure: the factor by which the ratio of two arms of one lane may differ from 1, as the
/// widest end of the intervals of all pairs of arms of all lanes. `None` where no lane has two arms with enough
/// trials.
fn floor(run: &Run, workload: &Slug, figure: &Compared) -> Option<f64> {
    let mut widest: Option<f64> = None;
    for lane in &run.plan.lanes {
        let arms: Vec<Side> =
            cells(run, workload, lane).into_iter().map(|cell| Side::of(run, &[cell], figure)).collect();
        for (at, arm) in arms.iter().enumerate() {
            for other in arms.iter().skip(at + 1) {
                let interval = arm.ratio(other, run.plan.seed).and_then(|ratio| ratio.interval.ok());
                if let Some(Interval { low, high }) = interval {
                    let deviation = low.ln().abs().max(high.ln().abs()).exp();
                    widest = Some(widest.map_or(deviation, |widest| widest.max(deviation)));
                }
            }
        }
    }
    widest
}

fn verdict(
    ratio: f64,
    interval: Result<Interval, TooFew>,
    floor: Option<f64>,
    direction: Direction,
) -> Verdict {
    let Ok(interval) = interval else { return Verdict::TooFew };
    let Some(floor) = floor else { return Verdict::NoiseFloorNotMeasured };
    if interval.contains(1.0) {
        return Verdict::NoDifference;
    }
    if ratio.ln().abs() <= floor.ln() {
        return Verdict::WithinNoise;
    }
    match (direction, ratio < 1.0) {
        (Direction::Neutral, _) => Verdict::Different,
        (Direction::LowerIsBetter, true) | (Direction::HigherIsBetter, false) => Verdict::Better,
        (Direction::LowerIsBetter, false) | (Direction::HigherIsBetter, true) => Verdict::Worse,
    }
}
