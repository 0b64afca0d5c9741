//! The verdict on a workload, in a sentence that says no more than the figures do.

use plimsoll_analysis::{Comparison, Interval, LaneSummary, Verdict as Call, names};
use plimsoll_format::{self as format, plain};
use plimsoll_model::{Case, Outcome, Phase, Side, Slug};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Report;

/// What can be said of one workload in one lane against the baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Sentence {
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    #[schemars(with = "Slug")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
    /// The lane it is set against.
    pub baseline: Slug,
    /// The whole sentence: cold start, then serving.
    pub text: String,
    /// How sure its least sure clause is.
    pub sure: Sure,
    /// The clauses by themselves: cold start, serving, memory, size, as far as there are figures.
    pub clauses: Vec<Clause>,
}

/// What came out of one comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Headline {
    /// The sentence.
    pub text: String,
    /// How sure it is.
    pub sure: Sure,
}

/// One figure in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Clause {
    /// What it is about.
    pub about: Topic,
    /// The words.
    pub text: String,
    /// How sure it is.
    pub sure: Sure,
}

/// What a clause is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// From the call to the first right answer, or to the exit.
    ColdStart,
    /// Latency under load.
    Serving,
    /// Proportional memory of the instance's own processes.
    Memory,
    /// Compressed bytes that travel.
    Size,
}

/// How sure a clause is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// A count of bytes, the same each time.
    Exact,
    /// A difference beyond the noise of this host.
    Difference,
    /// No difference is seen: the interval contains 1, or lies within the noise.
    NoDifference,
    /// There is an interval, but the noise floor was not measured.
    NoiseFloorNotMeasured,
    /// There is an interval, but nothing tells how far two runs of the same differ on this host.
    RunNoiseUnknown,
    /// Too few trials for an interval.
    TooFew,
    /// There is nothing to compare.
    NotMeasured,
}

/// A sentence for each case, in the run's order: the first lane of Wasm against the report's baseline, or the first
/// other lane where there is no Wasm. Empty for a run with fewer than two lanes.
#[must_use]
pub fn verdicts(report: &Report<'_>) -> Vec<Sentence> {
    let run = report.run;
    let others = || run.lane_slugs().filter(|lane| Some(*lane) != report.baseline.as_ref());
    let is_wasm = |lane: &&Slug| run.lane(lane).is_some_and(|lane| lane.side == Side::Wasm);
    let Some(lane) = others().find(is_wasm).or_else(|| others().next()) else { return Vec::new() };
    run.cases().into_iter().filter_map(|case| verdict_of(report, case, lane)).collect()
}

/// The sentence for one workload in one lane against the report's baseline; `None` where the report has none, or
/// where it is that lane.
#[must_use]
pub fn verdict_of(report: &Report<'_>, case: &Case, lane: &Slug) -> Option<Sentence> {
    let baseline = report.baseline.as_ref().filter(|baseline| *baseline != lane)?;
    let pair = Pair { report, case, lane, baseline };
    let clauses: Vec<Clause> =
        [Some(pair.cold_start()), pair.serving(), pair.memory(), pair.size()].into_iter().flatten().collect();
    let told = || clauses.iter().filter(|clause| matches!(clause.about, Topic::ColdStart | Topic::Serving));
    let words: Vec<&str> = told().map(|clause| clause.text.as_str()).collect();
    Some(Sentence {
        case: case.clone(),
        lane: lane.clone(),
        baseline: baseline.clone(),
        text: format!("{}.", words.join("; ")),
        sure: told().map(|clause| clause.sure).max().unwrap_or(Sure::NotMeasured),
        clauses,
    })
}

/// Two lanes of one workload.
struct Pair<'a> {
    report: &'a Report<'a>,
    case: &'a Case,
    lane: &'a Slug,
    baseline: &'a Slug,
}

/// A ratio turned so that it is at least 1.
struct Turned<'a> {
    /// The lane with the smaller value.
    smaller: &'a Slug,
    larger: &'a Slug,
    /// How many times as large, with its interval: `61× (57–66×)`.
    factor: String,
    sure: Sure,
}

impl Pair<'_> {
    fn comparison(&self, metric: &Slug, percentile_milli: Option<u32>) -> Option<&Comparison> {
        let wanted = |found: &&Comparison| {
            found.case == *self.case
                && found.lane == *self.lane
                && found.figure.metric == *metric
                && found.figure.percentile_milli == percentile_milli
        };
        // The latest phase last: memory after the load, unless only what was taken when ready has enough trials.
        let found = || self.report.comparisons.iter().filter(wanted);
        found().rfind(|found| found.verdict != Call::TooFew).or_else(|| found().next_back())
    }

    /// What an instance of a lane is called at its start.
    fn starts(&self, lane: &Slug) -> String {
        let known = self.report.run.lane(lane);
        known.map_or_else(|| format!("a new instance in lane `{lane}`"), |lane| plain(&lane.words.starts))
    }

    /// What an instance of a lane is called once it runs.
    fn is(&self, lane: &Slug) -> String {
        let known = self.report.run.lane(lane);
        known.map_or_else(|| format!("lane `{lane}`"), |lane| plain(&lane.words.is))
    }

    fn summary(&self, lane: &Slug) -> Option<&LaneSummary> {
        let mut summaries = self.report.summaries.iter();
        summaries.find(|found| found.case == *self.case && found.lane == *lane)
    }

    fn turned(&self, found: &Comparison) -> Turned<'_> {
        let turn = found.ratio < 1.0;
        let (smaller, larger) = if turn { (self.lane, self.baseline) } else { (self.baseline, self.lane) };
        let ratio = if turn { 1.0 / found.ratio } else { found.ratio };
        let ends = found.interval.map(
            |Interval { low, high }| {
                if turn { [1.0 / high, 1.0 / low] } else { [low, high] }
            },
        );
        let number = |ratio: f64| format::ratio(ratio).trim_end_matches('×').to_owned();
        let factor = match ends {
            Ok([low, high]) => format!("{} ({}–{}×)", format::ratio(ratio), number(low), number(high)),
            Err(_) => format::ratio(ratio),
        };
        Turned { smaller, larger, factor, sure: sure(found.verdict) }
    }

    fn cold_start(&self) -> Clause {
        let clause = |text: String, sure| Clause { about: Topic::ColdStart, text, sure };
        let (case, this, base) = (self.case, self.starts(self.lane), self.starts(self.baseline));
        let Some(found) = self.comparison(&names::COLD_START, None) else {
            let why = [self.lane, self.baseline].into_iter().find_map(|lane| self.why_none(lane));
            let why = why.unwrap_or_else(|| "no trial has passed in both".to_owned());
            return clause(format!("`{case}` could not be compared: {why}"), Sure::NotMeasured);
        };
        let Turned { smaller, larger, factor, sure } = self.turned(found);
        let (smaller, larger) = (self.starts(smaller), self.starts(larger));
        let service = self.serves();
        let text = match found.verdict {
            Call::Better | Call::Worse | Call::Different => {
                let verb = if service { "answers" } else { "is done" };
                format!("`{case}` {verb} {factor} sooner as {smaller} than as {larger}")
            }
            Call::NoDifference => format!(
                "no difference is seen between the cold starts of `{case}` as {this} and as {base}: {larger} \
                 takes {factor} as long"
            ),
            Call::WithinNoise => format!(
                "the cold starts of `{case}` as {this} and as {base} differ within the noise of this host, {}: \
                 {larger} takes {factor} as long",
                floor(found)
            ),
            Call::NoiseFloorNotMeasured | Call::RunNoiseUnknown | Call::NotComparable => format!(
                "`{case}` takes {factor} as long to its {} as {larger} as it does as {smaller} (noise floor not \
                 measured)",
                if service { "first answer" } else { "end" }
            ),
            Call::TooFew => format!(
                "there are too few trials to compare the cold starts of `{case}` as {this} and as {base}: {} \
                 and {}, where each needs 10 (so far {larger} takes {factor} as long)",
                found.n[0], found.n[1]
            ),
        };
        clause(text, sure)
    }

    /// P99, or P50 where there are too few requests for it; nothing for a command.
    fn serving(&self) -> Option<Clause> {
        let p99 = self.comparison(&names::LATENCY, Some(990)).map(|found| ("P99", found));
        let p50 = || self.comparison(&names::LATENCY, Some(500)).map(|found| ("P50", found));
        let clause = |text: String, sure| Some(Clause { about: Topic::Serving, text, sure });
        let Some((percentile, found)) = p99.or_else(p50) else {
            let planned = self.serves() && self.report.run.plan.trials.loaded > 0;
            let compared = self.comparison(&names::COLD_START, None).is_some();
            let text = "serving could not be compared: no loaded trial has passed in both lanes";
            return if planned && compared { clause(text.to_owned(), Sure::NotMeasured) } else { None };
        };
        let Turned { smaller, larger, factor, sure } = self.turned(found);
        let (smaller, larger) = (self.is(smaller), self.is(larger));
        let text = match found.verdict {
            Call::Better | Call::Worse | Call::Different => {
                format!("serving, {smaller} is {factor} faster at {percentile}")
            }
            Call::NoDifference => {
                format!("serving, no difference is seen at {percentile}: {larger} takes {factor} as long")
            }
            Call::WithinNoise => format!(
                "serving, they differ at {percentile} within the noise of this host, {}: {larger} takes {factor} as \
                 long",
                floor(found)
            ),
            Call::NoiseFloorNotMeasured | Call::RunNoiseUnknown | Call::NotComparable => format!(
                "serving, {larger} takes {factor} as long as {smaller} at {percentile} (noise floor not measured)"
            ),
            Call::TooFew => format!(
                "serving, there are too few loaded trials to compare {percentile}: {} and {}, where each needs 10 (so far \
                 {larger} takes {factor} as long as {smaller})",
                found.n[0], found.n[1]
            ),
        };
        clause(text, sure)
    }

    fn memory(&self) -> Option<Clause> {
        let found = self.comparison(&names::PSS, None)?;
        let Turned { smaller, larger, factor, sure } = self.turned(found);
        let (smaller, larger) = (self.is(smaller), self.is(larger));
        let when = if found.figure.phase == Phase::Serve { " after the load" } else { " when ready" };
        let text = match found.verdict {
            Call::Better | Call::Worse | Call::Different => {
                format!("the processes of {larger} hold {factor} the memory of {smaller}{when} (PSS)")
            }
            Call::NoDifference => {
                format!(
                    "no difference in memory is seen{when} (PSS): {larger} holds {factor} that of {smaller}"
                )
            }
            Call::WithinNoise => format!(
                "memory differs within the noise of this host, {}{when} (PSS): {larger} holds {factor} that of \
                 {smaller}",
                floor(found)
            ),
            Call::NoiseFloorNotMeasured | Call::RunNoiseUnknown | Call::NotComparable => format!(
                "the processes of {larger} hold {factor} the memory of {smaller}{when} (PSS; noise floor not measured)"
            ),
            Call::TooFew => format!(
                "there are too few trials to compare memory{when} (PSS): {} and {}, where each needs 10 (so far {larger} \
                 holds {factor} that of {smaller})",
                found.n[0], found.n[1]
            ),
        };
        Some(Clause { about: Topic::Memory, text, sure })
    }

    fn size(&self) -> Option<Clause> {
        let size = |lane| {
            let figure = self.summary(lane)?.figure(&names::WIRE_SIZE, None, None)?;
            figure.estimate().map(|found| found.median)
        };
        let (own, other) = (size(self.lane)?, size(self.baseline)?);
        let text = format!(
            "{} travels as {} compressed, {} as {}",
            self.is(self.lane),
            format::bytes(own),
            self.is(self.baseline),
            format::bytes(other)
        );
        Some(Clause { about: Topic::Size, text, sure: Sure::Exact })
    }

    fn serves(&self) -> bool {
        self.report.run.workload(self.case).is_none_or(|record| record.job.serves())
    }

    /// Why a lane has no cold start: it was not there, not prepared, or every trial failed.
    fn why_none(&self, lane: &Slug) -> Option<String> {
        let summary = self.summary(lane);
        if summary.is_some_and(|summary| summary.cold_start().is_some()) {
            return None;
        }
        if let Some(reason) = summary.and_then(|summary| summary.prepare_failure.as_deref()) {
            return Some(format!("lane `{lane}` could not be prepared: {}", plain(reason)));
        }
        let cells = summary.map(|summary| summary.cells.as_slice()).unwrap_or_default();
        let mut trials = self.report.run.trials.iter().filter(|trial| cells.contains(&trial.cell));
        let failed = trials.find_map(|trial| match &trial.outcome {
            Outcome::Failed { failure } => Some(plain(&failure.message)),
            Outcome::Invalid { reason } => Some(plain(reason)),
            Outcome::Passed | Outcome::Interrupted => None,
        });
        Some(match failed {
            Some(why) => format!("no trial of lane `{lane}` has passed, the first one: {why}"),
            None => format!("no trial of lane `{lane}` has passed"),
        })
    }
}

fn sure(call: Call) -> Sure {
    match call {
        Call::Better | Call::Worse | Call::Different => Sure::Difference,
        Call::NoDifference | Call::WithinNoise => Sure::NoDifference,
        Call::NoiseFloorNotMeasured => Sure::NoiseFloorNotMeasured,
        Call::RunNoiseUnknown => Sure::RunNoiseUnknown,
        Call::NotComparable => Sure::NotMeasured,
        Call::TooFew => Sure::TooFew,
    }
}

fn floor(found: &Comparison) -> String {
    found.floor.map_or("unknown".to_owned(), format::ratio)
}
