//! The figures as one JSON document, in their base units.

use std::io::Write;

use plimsoll_analysis::{Interval, Obstacle, RunComparison, RunSide, TooFew, Verdict};
use plimsoll_model::{Host, Phase, Run, RunId, Slug, Unit};
use plimsoll_report::Headline;
use plimsoll_report::versus::{Pair, Versus, why_absent, without_ratio};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::csv_summary::word;
use crate::exporter::ExportError;
use crate::json_text::document;

/// The version of this JSON that this build writes. It grows when the meaning of a field changes.
pub const VERSUS_SCHEMA_VERSION: u32 = 2;

/// JSON Schema of what the form `json` gives.
#[must_use]
pub fn versus_schema() -> serde_json::Value {
    schema_for!(Document).to_value()
}

/// Writes it.
pub(crate) fn write(versus: &Versus<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    document(&Document::of(versus)?, out)
}

/// Runs set against a base run. Values are in their base units: nanoseconds, bytes, a count, thousandths per second.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Versus")]
struct Document<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What came out, over all runs.
    headline: Headline,
    /// The run that the others are set against.
    base: Side<'a>,
    /// The runs that are set against it.
    news: Vec<Side<'a>>,
    /// Whether base and new are two sides of one run, before and after a change.
    within_one_run: bool,
    /// How chances are corrected: `holm`, over all figures here that have one.
    correction: &'static str,
    /// The runs that told how far runs of this host differ by themselves; absent where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    noise_from: Option<&'a [RunId]>,
    /// Every workload of every new run.
    pairs: Vec<Compared<'a>>,
}

/// One run.
#[derive(Serialize, JsonSchema)]
struct Side<'a> {
    run: &'a RunId,
    started_at: String,
    host: &'a Host,
}

/// One workload of one new run.
#[derive(Serialize, JsonSchema)]
struct Compared<'a> {
    workload: String,
    new: &'a RunId,
    headline: Headline,
    figures: Vec<Figure<'a>>,
}

/// One figure of one lane.
#[derive(Serialize, JsonSchema)]
struct Figure<'a> {
    lane: &'a Slug,
    metric: &'a Slug,
    phase: Phase,
    /// Thousandths; absent for a median over trials and for a size.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentile_milli: Option<u32>,
    unit: Unit,
    base: Taken,
    new: Taken,
    /// The new figure ÷ the base's.
    ratio: Value,
    /// The ratio's 95 % interval.
    interval: Ends,
    /// Cliff's delta, from −1 to 1.
    effect: Value,
    /// How probable a difference as large is where there is none, corrected.
    chance: Value,
    /// The noise floor, a factor of at least 1.
    floor: Value,
    /// As analysed, e.g. `better`, `equal`, `too_close`, `too_noisy`, `run_noise_unknown`.
    verdict: String,
    /// The same in the words of the tables, e.g. `faster`.
    called: &'static str,
    /// Why it is not comparable; empty where it is.
    obstacles: Vec<Barred<'a>>,
}

/// A figure of one side.
#[derive(Serialize, JsonSchema)]
struct Taken {
    /// How many trials it is from; one for a size.
    n: usize,
    #[serde(flatten)]
    figure: Value,
}

/// A number, or why there is none.
#[derive(Serialize, JsonSchema)]
struct Value {
    /// `null` where it is absent.
    value: Option<f64>,
    /// Why it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// An interval, or why there is none.
#[derive(Serialize, JsonSchema)]
struct Ends {
    /// `null` where it is absent, or where no number bounds it.
    low: Option<f64>,
    /// `null` where it is absent, or where no number bounds it.
    high: Option<f64>,
    /// Why an end is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What stands in the way.
#[derive(Serialize, JsonSchema)]
struct Barred<'a> {
    /// In words.
    text: String,
    /// As data: its `kind`, and what it is about.
    #[schemars(with = "serde_json::Value")]
    why: &'a Obstacle,
}

impl<'a> Document<'a> {
    fn of(versus: &'a Versus<'_>) -> Result<Self, ExportError> {
        Ok(Self {
            schema_version: VERSUS_SCHEMA_VERSION,
            headline: versus.headline(),
            base: Side::of(versus.base),
            news: versus.news.iter().map(|new| Side::of(new)).collect(),
            within_one_run: versus.within_one_run(),
            correction: "holm",
            noise_from: versus.noise_from.as_deref(),
            pairs: compared(versus)?,
        })
    }
}

fn compared<'a>(versus: &'a Versus<'_>) -> Result<Vec<Compared<'a>>, ExportError> {
    let mut all = Vec::new();
    for pair in versus.pairs() {
        let headline = pair.headline();
        let figures = pair.found.iter().map(|found| Figure::of(&pair, found)).collect::<Result<_, _>>()?;
        all.push(Compared { workload: pair.case.to_string(), new: &pair.new.id, headline, figures });
    }
    Ok(all)
}

impl<'a> Side<'a> {
    fn of(run: &'a Run) -> Self {
        Self { run: &run.id, started_at: run.started_at.to_string(), host: &run.site.host }
    }
}

impl<'a> Figure<'a> {
    fn of(pair: &Pair<'_>, found: &'a RunComparison) -> Result<Self, ExportError> {
        let unit = pair.unit(found);
        let [new, base] = found.points;
        let [n_new, n_base] = found.n;
        let taken = |n, point, side| Taken { n, figure: Value::or(point, || why_absent(found, side)) };
        let without_ratio = || without_ratio(found);
        Ok(Self {
            lane: &found.lane,
            metric: &found.figure.metric,
            phase: found.figure.phase,
            percentile_milli: found.figure.percentile_milli,
            unit,
            base: taken(n_base, base, RunSide::Base),
            new: taken(n_new, new, RunSide::New),
            ratio: Value::or(found.ratio, without_ratio),
            interval: Ends::of(found),
            effect: Value::or(found.effect, without_ratio),
            chance: Value::or(found.chance, || match found.figure.is_exact() {
                true => "a size is exact".to_owned(),
                false => without_ratio(),
            }),
            floor: Value::or(found.floor, || match found.verdict {
                Verdict::NoiseFloorNotMeasured => "noise floor not measured".to_owned(),
                _ if found.base == found.new => "noise floor not measured".to_owned(),
                _ => "run-to-run noise unknown".to_owned(),
            }),
            verdict: word(&found.verdict)?,
            called: pair.called(found),
            obstacles: found.obstacles.iter().map(|why| Barred { text: pair.told(why), why }).collect(),
        })
    }
}

impl Value {
    fn or(value: Option<f64>, why: impl FnOnce() -> String) -> Self {
        match value {
            Some(value) if value.is_finite() => Self { value: Some(value), reason: None },
            Some(_) => Self { value: None, reason: Some("no number bounds it".to_owned()) },
            None => Self { value: None, reason: Some(why()) },
        }
    }
}

impl Ends {
    fn of(found: &RunComparison) -> Self {
        let bounded = |end: f64| end.is_finite().then_some(end);
        match (found.interval, found.ratio) {
            (Ok(Interval { low, high }), Some(_)) => {
                let [low, high] = [low, high].map(bounded);
                let unbounded = low.is_none() || high.is_none();
                Self { low, high, reason: unbounded.then(|| "no number bounds it".to_owned()) }
            }
            (Err(few), Some(_)) => Self::absent(&few),
            (_, None) => Self { low: None, high: None, reason: Some(without_ratio(found)) },
        }
    }

    fn absent(few: &TooFew) -> Self {
        Self { low: None, high: None, reason: Some(few.to_string()) }
    }
}
