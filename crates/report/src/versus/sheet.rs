//! The table of one workload of a new run against the base.

use plimsoll_analysis::RunComparison;
use plimsoll_model::{Case, RunId};
use serde::Serialize;

use super::called::{told, verdict};
use super::figure;
use super::headline;
use super::pair::{Pair, is_called};
use crate::list::{at_most, distinct, each_once};
use crate::table::{Column, Table, TableEntry, TableRow};
use crate::verdict::Headline;

/// What a ratio and its neighbours are.
pub(super) const RATIO: &str =
    "the new figure ÷ the base's; below it the 95 % interval by bootstrap over the trials of both sides.";
pub(super) const EFFECT: &str = "Cliff's delta: from −1, where every new value is smaller than every one of the base, to +1, where it is larger.";
pub(super) const FLOOR: &str =
    "how far the same thing differs from itself: a ratio within it is never called a difference.";
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
    pub table: Table,
    /// What can't be compared, and why; empty where all can.
    pub reasons: Vec<String>,
}

impl VersusSheet {
    pub(super) fn of(pair: &Pair<'_>) -> Self {
        let Pair { base, new, case, .. } = pair;
        let sides = pair.sides();
        let [before, after] = &sides.bare;
        let title = format!("{case}: {after} against {before}");
        Self {
            case: (*case).clone(),
            base: base.id.clone(),
            new: new.id.clone(),
            headline: headline::of_pair(pair),
            table: Table {
                heading: title.clone(),
                caption: title.clone(),
                columns: columns(sides.columns),
                rows: pair.found.iter().map(|found| row(pair, found)).collect(),
                elsewhere: "they are in the JSON form".to_owned(),
                most: None,
            },
            title,
            reasons: reasons(pair),
        }
    }
}

fn columns([base, new]: [&str; 2]) -> Vec<Column> {
    vec![
        Column::of_figures(["lane", "", ""]),
        Column::of_words(["figure", "", ""]),
        Column::of_figures([base, "trials", VALUE]),
        Column::of_figures([new, "trials", VALUE]),
        Column::of_figures(["ratio", "[95 %]", RATIO]),
        Column::of_figures(["effect", "", EFFECT]),
        Column::of_figures(["noise floor", "", FLOOR]),
        Column::of_words(["verdict", "", VERDICT]),
    ]
}

fn row(pair: &Pair<'_>, found: &RunComparison) -> TableRow {
    let unit = pair.unit(found);
    let [figure, of] = pair.words(found);
    let trials = |n: usize, point: Option<f64>| match point {
        Some(_) if found.figure.is_exact() => String::new(),
        _ => format!("n {n}"),
    };
    let [new, base] = found.points;
    let [n_new, n_base] = found.n;
    let verdict = verdict(found, unit);
    let ratio = found.ratio.map_or("—".to_owned(), figure::ratio);
    let entries = vec![
        TableEntry::new(found.lane.to_string(), ""),
        TableEntry::new(figure, of),
        TableEntry::new(figure::value(base, unit), trials(n_base, base)),
        TableEntry::new(figure::value(new, unit), trials(n_new, new)),
        TableEntry::new(ratio, ratio_beside(found)).toned(verdict.tone),
        TableEntry::new(figure::effect(found.effect.filter(|_| !found.figure.is_exact())), ""),
        TableEntry::new(figure::floor(found), ""),
        verdict,
    ];
    TableRow { lane: Some(found.lane.clone()), run: None, called: is_called(found), entries }
}

fn ratio_beside(found: &RunComparison) -> String {
    if found.figure.is_exact() { String::new() } else { figure::interval(found) }
}

/// What can't be compared, those with one reason in one line.
fn reasons(pair: &Pair<'_>) -> Vec<String> {
    let within = pair.base.id == pair.new.id;
    let said = pair
        .found
        .iter()
        .flat_map(|found| found.obstacles.iter().map(move |obstacle| (told(obstacle, within), Some(*found))));
    let line = |(why, figures): (String, Vec<&RunComparison>)| {
        let all = figures.len() == pair.found.len();
        let what = if all { "everything".to_owned() } else { of_what(pair, &figures) };
        format!("not comparable, {what}: {why}")
    };
    at_most(each_once(said).into_iter().map(line).collect(), MOST_REASONS, " reasons")
}

fn of_what(pair: &Pair<'_>, figures: &[&RunComparison]) -> String {
    let names = distinct(figures.iter().map(|found| {
        let [name, _] = pair.words(found);
        name
    }));
    format!("{} in {}", named(&names), named(&distinct(figures.iter().map(|found| found.lane.as_str()))))
}

fn named<T: AsRef<str>>(names: &[T]) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    let first: Vec<&str> = names.iter().take(MOST_NAMED).map(AsRef::as_ref).collect();
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}
