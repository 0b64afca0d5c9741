//! The verdict on a workload, in sentences that can be read aloud and say no more than the figures do.

mod alone;
mod chip;
mod control;
mod lines;
mod memory;
mod named;
mod pair;
mod race;
mod serving;
mod size;
mod start;
mod whole;

use plimsoll_model::{Case, Run, Side, Slug};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::alone::alone;
pub(crate) use self::lines::capital;
pub(crate) use self::memory::is_uncharged;
pub(crate) use self::pair::{TwoLanes, is_like_for_like};
pub(crate) use self::whole::{noise_of_all, of_all};
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
    /// What is set against what, and whether that is like for like.
    pub title: String,
    /// The big lines of cold start and serving, one after the other.
    pub text: String,
    /// How sure the least sure of these is.
    pub sure: Sure,
    /// Cold start, serving, memory, size and the plain process, as far as there are figures.
    pub clauses: Vec<Clause>,
}

/// What came out: a line that can be read aloud, what it rests on, and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Headline {
    /// Who wins, in what, by how much, against whom.
    pub big: String,
    /// The values and the interval; empty where there are none.
    pub second: String,
    /// How sure it is, and from how many trials.
    pub chip: String,
    /// How sure it is.
    pub sure: Sure,
}

/// One figure in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Clause {
    /// What it is about.
    pub about: Topic,
    /// What is said of it.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub said: Headline,
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
    /// Proportional memory of the instance's own processes, and with what is started for it.
    Memory,
    /// Compressed bytes that travel.
    Size,
    /// A plain process that starts faster than both lanes.
    Control,
}

/// How sure a line is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// A count of bytes, the same each time.
    Exact,
    /// A difference beyond the noise of this host.
    Difference,
    /// The two are alike within ten per cent.
    Equal,
    /// The interval reaches over 1: more trials would tell.
    TooClose,
    /// The noise of this host hides it.
    TooNoisy,
    /// There is an interval, but the noise floor was not measured.
    NoiseFloorNotMeasured,
    /// There is an interval, but nothing tells how far two runs of the same differ on this host.
    RunNoiseUnknown,
    /// Too few trials for an interval.
    TooFew,
    /// Two runs were not made under the same conditions.
    NotComparable,
    /// There is nothing to compare.
    NotMeasured,
}

/// The [sentences](sentences_of) for each case, in the run's order. Empty for a run with fewer than two lanes.
#[must_use]
pub fn verdicts(report: &Report<'_>) -> Vec<Sentence> {
    report.run.cases().into_iter().flat_map(|case| sentences_of(report, case)).collect()
}

/// A sentence for each of the [`pairs`]: of pairs after the first, cold start and serving.
pub(crate) fn sentences_of(report: &Report<'_>, case: &Case) -> Vec<Sentence> {
    let of_pair = |(at, lane): (usize, &Slug)| {
        let mut said = verdict_of(report, case, lane)?;
        if at > 0 {
            said.clauses.retain(|clause| clause.about.is_told());
        }
        Some(said)
    };
    pairs(report).into_iter().enumerate().filter_map(of_pair).collect()
}

/// The lanes that are set against the baseline in sentences: those that were chosen, or like for like first: the first lane of Wasm whose instances
/// are processes of their own, as the baseline's are, then the first whose are not; without Wasm, the first other lane.
pub(crate) fn pairs<'a>(report: &'a Report<'_>) -> Vec<&'a Slug> {
    let run: &'a Run = report.run;
    if !report.chosen.is_empty() {
        return report.chosen.iter().collect();
    }
    let others = || run.lane_slugs().filter(|lane| Some(*lane) != report.baseline.as_ref());
    let wasm = |own_process: bool| {
        others().find(|lane| {
            run.lane(lane).is_some_and(|lane| lane.side == Side::Wasm && lane.own_process == own_process)
        })
    };
    let found: Vec<&Slug> = [true, false].into_iter().filter_map(wasm).collect();
    if found.is_empty() { others().next().into_iter().collect() } else { found }
}

/// The sentence for one workload in one lane against the report's baseline; `None` where the report has none, or
/// where it is that lane.
#[must_use]
pub fn verdict_of(report: &Report<'_>, case: &Case, lane: &Slug) -> Option<Sentence> {
    let baseline = report.baseline.as_ref().filter(|baseline| *baseline != lane)?;
    let pair = TwoLanes::of(report, case, lane, baseline);
    let found = [
        Some((Topic::ColdStart, pair.cold_start())),
        pair.serving().map(|said| (Topic::Serving, said)),
        pair.memory().map(|said| (Topic::Memory, said)),
        pair.size().map(|said| (Topic::Size, said)),
        pair.beaten_by_control().map(|said| (Topic::Control, said)),
    ];
    let clauses: Vec<Clause> =
        found.into_iter().flatten().map(|(about, said)| Clause { about, said }).collect();
    let told = || clauses.iter().filter(|clause| clause.about.is_told()).map(|clause| &clause.said);
    let text: Vec<&str> = told().map(|said| said.big.as_str()).collect();
    Some(Sentence {
        case: case.clone(),
        lane: lane.clone(),
        baseline: baseline.clone(),
        title: pair.title(),
        text: text.join(" "),
        sure: told().map(|said| said.sure).max().unwrap_or(Sure::NotMeasured),
        clauses,
    })
}

impl Topic {
    /// Whether a sentence's text has it.
    const fn is_told(self) -> bool {
        matches!(self, Self::ColdStart | Self::Serving)
    }
}
