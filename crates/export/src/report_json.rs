//! The report as one JSON document: what a run came to, without its samples.

use std::io::Write;

use plimsoll_analysis::{Comparison, Interval, Known, LaneSummary, TooFew, Warning, either};
use plimsoll_model::{Case, End, Host, LaneRecord, Phase, Plan, RunId, Slug, Unequal, WorkloadRecord};
use plimsoll_report::Report;
use plimsoll_report::{Sentence, verdict_of};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::csv_summary::word;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::json_text::document;

pub(crate) struct ReportJson;

/// The version of the report's JSON that this build writes. It grows when the meaning of a field changes.
pub const REPORT_SCHEMA_VERSION: u32 = 3;

/// JSON Schema of what the format `report-json` gives.
#[must_use]
pub fn report_schema() -> serde_json::Value {
    schema_for!(Document).to_value()
}

impl Exporter for ReportJson {
    fn about(&self) -> About {
        About {
            slug: "report-json",
            title: "Figures as JSON",
            summary: "summaries, comparisons, verdicts and warnings as one JSON document, without the samples",
            extension: "json",
        }
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
    workloads: Vec<Titled<'a>>,
    /// What is unequal between lanes, or outside the limits, on this host.
    unequal: Vec<Unequal>,
    /// The lane that the others are set against; absent when the run has no lanes.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a Slug>,
    /// What each workload came to in each lane, all arms together, in the run's order.
    pooled: &'a [LaneSummary],
    /// What each arm of each lane came to by itself, in the order of the run's cells.
    cells: &'a [LaneSummary],
    /// Every lane against the baseline.
    comparisons: Vec<Against<'a>>,
    /// For each workload and lane other than the baseline, what can be said in a sentence.
    verdicts: Vec<Sentence>,
    /// What a reader should know, the gravest first.
    warnings: Vec<Advice<'a>>,
}

/// A workload in one version.
#[derive(Serialize, JsonSchema)]
struct Titled<'a> {
    /// What the figures call it: its name, and the version's where it is not the new one.
    title: String,
    #[serde(flatten)]
    record: &'a WorkloadRecord,
}

impl<'a> Titled<'a> {
    fn of(record: &'a WorkloadRecord) -> Self {
        let title = Case::of(record.name.clone()).in_variant(record.variant.clone()).to_string();
        Self { title, record }
    }
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
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Interval>")]
    interval: Result<Interval, TooFew>,
    /// Cliff's delta, from −1 to 1.
    effect: f64,
    /// The factor by which arms of one lane differed; absent where it was not measured, or no number bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    /// What can be said, e.g. `better`, `equal`, `too_close`, `too_noisy`, `noise_floor_not_measured`.
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
            workloads: run.workloads.iter().map(Titled::of).collect(),
            unequal: run.inequalities().collect(),
            baseline: report.baseline.as_ref(),
            pooled: &report.summaries,
            cells: arms,
            comparisons: report.comparisons.iter().map(Against::of).collect::<Result<_, _>>()?,
            verdicts: pairs.collect(),
            warnings: report.warnings.iter().map(Advice::of).collect::<Result<_, _>>()?,
        })
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
            interval: found.interval,
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
