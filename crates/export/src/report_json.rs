//! The report as one JSON document: what a run came to, without its samples.

use std::io::Write;

use plimsoll_analysis::{
    Comparison, Estimate, FigureOutcome, FigureSummary, Interval, LaneSummary, LatencySummary, Percentile,
    PhaseSummary, TooFew, TrialCounts, Warning,
};
use plimsoll_model::{
    End, Host, LaneRecord, Phase, Plan, Reading, RunId, Series, Slug, Unequal, Unit, WorkloadRecord,
};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::csv_summary::word;
use crate::json::document;
use plimsoll_report::Report;
use plimsoll_report::{Sentence, verdict_of};

use crate::exporter::{ExportError, Exporter, Style};

pub(crate) struct ReportJson;

/// The version of the report's JSON that this build writes. It grows when the meaning of a field changes.
pub const REPORT_SCHEMA_VERSION: u32 = 2;

/// JSON Schema of what the format `report-json` gives.
#[must_use]
pub fn report_schema() -> serde_json::Value {
    schema_for!(Document).to_value()
}

impl Exporter for ReportJson {
    fn slug(&self) -> &'static str {
        "report-json"
    }

    fn title(&self) -> &'static str {
        "Figures as JSON"
    }

    fn summary(&self) -> &'static str {
        "summaries, comparisons, verdicts and warnings as one JSON document, without the samples"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        document(&Document::of(report, &report.arms())?, out)
    }
}

/// What a run came to. Values are in their base units: nanoseconds, bytes, a count, thousandths per second.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Report")]
struct Document<'a> {
    /// Version of this format.
    schema_version: u32,
    /// The run that is reported on.
    run: &'a RunId,
    /// When it began.
    started_at: String,
    /// How it ended; absent when it was killed or still goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'a End>,
    /// The plan.
    plan: &'a Plan,
    /// The machine.
    host: &'a Host,
    /// The lanes, with what is unequal in each.
    lanes: &'a [LaneRecord],
    /// The workloads, with the digests of their files.
    workloads: &'a [WorkloadRecord],
    /// What is unequal between lanes, or outside the limits, on this host.
    unequal: Vec<Unequal>,
    /// The lane that the others are set against; absent when the run has no lanes.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a Slug>,
    /// What each workload came to in each lane, all arms together, in the run's order.
    pooled: Vec<Figures<'a>>,
    /// What each arm of each lane came to by itself, in the order of the run's cells.
    cells: Vec<Figures<'a>>,
    /// Every lane against the baseline.
    comparisons: Vec<Against<'a>>,
    /// For each workload and lane other than the baseline, what can be said in a sentence.
    verdicts: Vec<Sentence>,
    /// What a reader should know, the gravest first.
    warnings: Vec<Advice<'a>>,
}

/// One workload in one lane.
#[derive(Serialize, JsonSchema)]
struct Figures<'a> {
    workload: String,
    lane: &'a Slug,
    /// The arm; absent where several are taken together.
    #[serde(skip_serializing_if = "Option::is_none")]
    arm: Option<&'a Slug>,
    /// How its trials ended; warm-ups and bursts for the capacity are not counted.
    trials: Trials,
    /// Why it could not be prepared; absent when it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    prepare_failure: Option<&'a str>,
    /// How long each phase took on the observer's clock, in nanoseconds.
    phases: Vec<PhaseFigure>,
    /// Every figure taken while preparing or in trials that count and passed.
    figures: Vec<SeriesFigure<'a>>,
    /// Percentiles of every distribution: over all requests, then per request.
    latencies: Vec<Percentiles<'a>>,
    /// The common rate it was loaded at, in thousandths of a request per second; absent when it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_milli: Option<u64>,
    /// What it could serve in a closed loop, in thousandths of a request per second; of several arms the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_milli: Option<&'a Reading>,
    /// The common rate over the capacity, in thousandths; of several arms the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    utilisation_milli: Option<&'a Reading>,
}

/// How many trials ended how.
#[derive(Serialize, JsonSchema)]
struct Trials {
    passed: u32,
    /// Of those that passed, how many also served load.
    loaded: u32,
    failed: u32,
    /// Their load can't be trusted, all before and after it can.
    invalid: u32,
    /// Stopped by the user.
    interrupted: u32,
}

/// How long one phase took.
#[derive(Serialize, JsonSchema)]
struct PhaseFigure {
    phase: Phase,
    duration: Median,
}

/// What one series came to.
#[derive(Serialize, JsonSchema)]
struct SeriesFigure<'a> {
    /// What it is a figure of.
    #[serde(flatten)]
    series: &'a Series,
    unit: Unit,
    outcome: Outcome<'a>,
}

/// A figure, or why there is none.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Outcome<'a> {
    /// At least one value was had.
    Measured(Median),
    /// No trial had one: why.
    Unavailable(&'a str),
}

/// A median with how sure it is and how far the values spread.
#[derive(Serialize, JsonSchema)]
struct Median {
    /// How many values.
    n: usize,
    median: f64,
    /// Its 95 % interval by order statistics.
    interval: Known<Ends>,
    /// Interquartile range.
    iqr: f64,
    /// Median absolute deviation from the median, not scaled.
    mad: f64,
    min: f64,
    max: f64,
    /// Values outside Tukey's fences, which are kept in everything above.
    outliers: Vec<FarValue>,
}

/// A value far from the others.
#[derive(Serialize, JsonSchema)]
struct FarValue {
    /// Position of its trial in the schedule; absent for values taken while preparing.
    #[serde(skip_serializing_if = "Option::is_none")]
    trial: Option<u32>,
    value: f64,
}

/// A value, or how many values it would take.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Known<T> {
    Known(T),
    TooFew { too_few: Few },
}

/// There are not enough values to say it.
#[derive(Serialize, JsonSchema)]
struct Few {
    have: u64,
    need: u64,
}

/// A closed interval. An end that no number bounds is `null`.
#[derive(Serialize, JsonSchema)]
struct Ends {
    low: Option<f64>,
    high: Option<f64>,
}

/// Percentiles of one distribution, in nanoseconds, merged over the trials of a lane or of one of its arms.
#[derive(Serialize, JsonSchema)]
struct Percentiles<'a> {
    metric: &'a Slug,
    /// Absent: all requests together.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Slug>,
    /// How many values.
    count: u64,
    /// How many trials they come from.
    trials: usize,
    p50: Known<Level>,
    /// Needs 299 values.
    p99: Known<Level>,
    /// Needs 2,995 values.
    p999: Known<Level>,
    max_ns: u64,
    /// Why the distributions of some trials could not be read; empty when all could.
    unreadable: &'a [String],
}

/// One percentile.
#[derive(Serialize, JsonSchema)]
struct Level {
    value_ns: u64,
    /// Its 95 % interval, by resampling trials.
    interval: Known<Ends>,
}

/// One figure of one lane, set against the same figure of the baseline lane, all arms together.
#[derive(Serialize, JsonSchema)]
struct Against<'a> {
    workload: String,
    lane: &'a Slug,
    baseline: &'a Slug,
    metric: &'a Slug,
    phase: Phase,
    /// Thousandths; absent for a median over trials.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentile_milli: Option<u32>,
    /// How many trials of the lane took part, and of the baseline.
    n: [usize; 2],
    /// The lane's figure ÷ the baseline's.
    ratio: f64,
    /// Its 95 % interval by bootstrap.
    interval: Known<Ends>,
    /// Cliff's delta, from −1 to 1.
    effect: f64,
    /// The factor by which arms of one lane differed; absent where it was not measured, or no number bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    /// What can be said, e.g. `better`, `no_difference`, `noise_floor_not_measured`.
    verdict: String,
}

/// One piece of advice.
#[derive(Serialize, JsonSchema)]
struct Advice<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'a Slug>,
    /// What kind it is, e.g. `failed`, `drift`.
    kind: String,
    /// A sentence with the way out.
    text: String,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report<'_>, arms: &'a [LaneSummary]) -> Result<Self, ExportError> {
        let run = report.run;
        let pairs = run
            .cases()
            .into_iter()
            .flat_map(|case| run.lane_slugs().filter_map(move |lane| verdict_of(report, case, lane)));
        Ok(Self {
            schema_version: REPORT_SCHEMA_VERSION,
            run: &run.id,
            started_at: run.started_at.to_string(),
            end: run.end.as_ref(),
            plan: &run.plan,
            host: &run.site.host,
            lanes: &run.lanes,
            workloads: &run.workloads,
            unequal: run.inequalities().collect(),
            baseline: report.baseline.as_ref(),
            pooled: report.summaries.iter().map(Figures::of).collect(),
            cells: arms.iter().map(Figures::of).collect(),
            comparisons: report.comparisons.iter().map(Against::of).collect::<Result<_, _>>()?,
            verdicts: pairs.collect(),
            warnings: report.warnings.iter().map(Advice::of).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> Figures<'a> {
    fn of(lane: &'a LaneSummary) -> Self {
        let TrialCounts { passed, loaded, failed, invalid, interrupted } = lane.trials;
        Self {
            workload: lane.case.to_string(),
            lane: &lane.lane,
            arm: lane.arm.as_ref(),
            trials: Trials { passed, loaded, failed, invalid, interrupted },
            prepare_failure: lane.prepare_failure.as_deref(),
            phases: lane.phases.iter().map(PhaseFigure::of).collect(),
            figures: lane.figures.iter().map(SeriesFigure::of).collect(),
            latencies: lane.latencies.iter().map(Percentiles::of).collect(),
            rate_milli: lane.rate_milli,
            capacity_milli: lane.capacity_milli.as_ref(),
            utilisation_milli: lane.utilisation_milli.as_ref(),
        }
    }
}

impl PhaseFigure {
    fn of(found: &PhaseSummary) -> Self {
        Self { phase: found.phase, duration: Median::of(&found.duration) }
    }
}

impl<'a> SeriesFigure<'a> {
    fn of(found: &'a FigureSummary) -> Self {
        let outcome = match &found.outcome {
            FigureOutcome::Measured(estimate) => Outcome::Measured(Median::of(estimate)),
            FigureOutcome::Unavailable(why) => Outcome::Unavailable(why),
        };
        Self { series: &found.series, unit: found.unit, outcome }
    }
}

impl Median {
    fn of(found: &Estimate) -> Self {
        let far = found.outliers.iter().map(|far| FarValue { trial: far.trial, value: far.value });
        Self {
            n: found.n,
            median: found.median,
            interval: ends(found.interval),
            iqr: found.iqr,
            mad: found.mad,
            min: found.min,
            max: found.max,
            outliers: far.collect(),
        }
    }
}

impl<'a> Percentiles<'a> {
    fn of(found: &'a LatencySummary) -> Self {
        let level = |found: &Result<Percentile, TooFew>| match found {
            Ok(found) => Known::Known(Level { value_ns: found.value_ns, interval: ends(found.interval) }),
            Err(few) => Known::too_few(*few),
        };
        Self {
            metric: &found.metric,
            request: found.request.as_ref(),
            count: found.count,
            trials: found.trials,
            p50: level(&found.p50),
            p99: level(&found.p99),
            p999: level(&found.p999),
            max_ns: found.max_ns,
            unreadable: &found.unreadable,
        }
    }
}

impl<'a> Against<'a> {
    fn of(found: &'a Comparison) -> Result<Self, ExportError> {
        Ok(Self {
            workload: found.case.to_string(),
            lane: &found.lane,
            baseline: &found.baseline,
            metric: &found.figure.metric,
            phase: found.figure.phase,
            percentile_milli: found.figure.percentile_milli,
            n: found.n,
            ratio: found.ratio,
            interval: ends(found.interval),
            effect: found.effect,
            floor: found.floor.filter(|floor| floor.is_finite()),
            verdict: word(&found.verdict)?,
        })
    }
}

impl<'a> Advice<'a> {
    fn of(found: &'a Warning) -> Result<Self, ExportError> {
        let advice = serde_json::to_value(&found.advice)?;
        Ok(Self {
            workload: found.case.as_ref().map(ToString::to_string),
            lane: found.lane.as_ref(),
            kind: advice.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned(),
            text: found.to_string(),
        })
    }
}

impl<T> Known<T> {
    fn too_few(few: TooFew) -> Self {
        Self::TooFew { too_few: Few { have: few.have, need: few.need } }
    }
}

fn ends(interval: Result<Interval, TooFew>) -> Known<Ends> {
    let bounded = |end: f64| end.is_finite().then_some(end);
    match interval {
        Ok(Interval { low, high }) => Known::Known(Ends { low: bounded(low), high: bounded(high) }),
        Err(few) => Known::too_few(few),
    }
}
