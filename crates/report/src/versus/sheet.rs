//! The table of one workload of a new run against the base.

use plimsoll_analysis::{RunComparison, RunSide};
use plimsoll_model::{Case, RunId};
use serde::Serialize;

use super::called::{told, verdict};
use super::headline::{self, Headline};
use super::pair::Pair;
use super::{called, figure};
use crate::sheet::{Column, Entry, Row, Sheet, Tone};

/// What a ratio and its neighbours are.
pub(super) const RATIO: &str =
    "the new figure ÷ the base's; below it the 95 % interval by bootstrap over the trials of both sides.";
pub(super) const EFFECT: &str = "Cliff's delta: from −1, where every new value is smaller than every one of the base, to +1, where it is larger.";
pub(super) const FLOOR: &str =
    "how far the same thing differs from itself: a ratio within it is called no difference.";
const VERDICT: &str = "a difference is called only where the interval excludes 1, where chance does not explain it once all that was \
     compared is corrected for, and where the ratio lies beyond the noise floor.";
const VALUE: &str = "the figure with its unit; below it how many trials it is from.";
/// Most reasons of one pair, and most names in one of them.
const MOST_REASONS: usize = 12;
const MOST_NAMED: usize = 6;

/// One workload of a new run against the base: a row for each figure of each lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VersusSheet {
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub case: Case,
    /// The run that the other is set against.
    pub base: RunId,
    /// The run that is set against it: the same where both are sides of one run.
    pub new: RunId,
    /// What is set against what.
    pub title: String,
    /// What came out.
    pub headline: Headline,
    /// The figures.
    pub table: Sheet,
    /// What can't be compared, and why; empty where all can.
    pub reasons: Vec<String>,
}

impl VersusSheet {
    pub(super) fn of(pair: &Pair<'_>) -> Self {
        let Pair { base, new, case, .. } = pair;
        let sides = pair.sides();
        let [before, after] = &sides.bare;
        Self {
            case: (*case).clone(),
            base: base.id.clone(),
            new: new.id.clone(),
            title: format!("{case}: {after} against {before}"),
            headline: headline::of_pair(pair),
            table: Sheet {
                case: (*case).clone(),
                columns: columns(sides.columns),
                rows: pair.found.iter().map(|found| row(pair, found)).collect(),
            },
            reasons: reasons(pair),
        }
    }
}

fn columns([base, new]: [&str; 2]) -> Vec<Column> {
    let column = |[main, beside, help]: [&str; 3]| Column {
        main: main.to_owned(),
        beside: beside.to_owned(),
        help: help.to_owned(),
        of_load: false,
        of_words: ["figure", "verdict"].contains(&main),
    };
    [
        ["lane", "", ""],
        ["figure", "", ""],
        [base, "trials", VALUE],
        [new, "trials", VALUE],
        ["ratio", "[95 %]", RATIO],
        ["effect", "", EFFECT],
        ["noise floor", "", FLOOR],
        ["verdict", "", VERDICT],
    ]
    .map(column)
    .to_vec()
}

fn row(pair: &Pair<'_>, found: &RunComparison) -> Row {
    let unit = pair.unit(found);
    let [figure, of] = pair.words(found);
    let plain = |main: String, beside: String| Entry { main, beside, tone: Tone::Plain };
    let trials = |n: usize, point: Option<f64>| match point {
        Some(_) if found.figure.is_exact() => String::new(),
        _ => format!("n {n}"),
    };
    let [new, base] = found.points;
    let [n_new, n_base] = found.n;
    let verdict = verdict(found, unit);
    let ratio = found.ratio.map_or("—".to_owned(), figure::ratio);
    let entries = vec![
        plain(found.lane.to_string(), String::new()),
        plain(figure, of),
        plain(figure::value(base, unit), trials(n_base, base)),
        plain(figure::value(new, unit), trials(n_new, new)),
        Entry { main: ratio, beside: ratio_beside(found), tone: verdict.tone },
        plain(figure::effect(found.effect.filter(|_| !found.figure.is_exact())), String::new()),
        plain(figure::floor(found), String::new()),
        verdict,
    ];
    Row { lane: found.lane.clone(), entries }
}

fn ratio_beside(found: &RunComparison) -> String {
    if found.figure.is_exact() { String::new() } else { figure::interval(found) }
}

/// What can't be compared, those with one reason in one line.
fn reasons(pair: &Pair<'_>) -> Vec<String> {
    let within = pair.base.id == pair.new.id;
    let mut all: Vec<(String, Vec<&RunComparison>)> = Vec::new();
    for found in &pair.found {
        for why in found.obstacles.iter().map(|obstacle| told(obstacle, within)) {
            match all.iter_mut().find(|(known, _)| *known == why) {
                Some((_, figures)) => figures.push(found),
                None => all.push((why, vec![found])),
            }
        }
    }
    let whole = pair.found.len();
    let more = all.len().saturating_sub(MOST_REASONS);
    let line = |(why, figures): (String, Vec<&RunComparison>)| {
        let what = if figures.len() == whole { "everything".to_owned() } else { of_what(pair, &figures) };
        format!("not comparable, {what}: {why}")
    };
    let mut lines: Vec<String> = all.into_iter().take(MOST_REASONS).map(line).collect();
    lines.extend((more > 0).then(|| format!("and {more} more reasons")));
    lines
}

fn of_what(pair: &Pair<'_>, figures: &[&RunComparison]) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut lanes: Vec<&str> = Vec::new();
    for found in figures {
        let [name, _] = pair.words(found);
        if !names.contains(&name) {
            names.push(name);
        }
        if !lanes.contains(&found.lane.as_str()) {
            lanes.push(found.lane.as_str());
        }
    }
    format!("{} in {}", named(&names), named(&lanes))
}

fn named<T: AsRef<str>>(names: &[T]) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    let first: Vec<&str> = names.iter().take(MOST_NAMED).map(AsRef::as_ref).collect();
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// Why a point is absent, in words.
pub(super) fn why_absent(found: &RunComparison, of: RunSide) -> String {
    called::lacks(found, of)
        .or_else(|| match found.interval {
            Err(few) => Some(few.to_string()),
            Ok(_) => None,
        })
        .unwrap_or_else(|| "no trial has it".to_owned())
}
