//! Many runs against one base: a row for each.

use plimsoll_analysis::{RunComparison, Verdict};
use plimsoll_model::{Case, RunId};
use serde::Serialize;

use super::Versus;
use super::called::word;
use super::figure;
use super::pair::Pair;
use crate::sheet::{Column, Entry, Tone};

/// One workload in every new run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Overview {
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub case: Case,
    /// Its columns.
    pub columns: Vec<Column>,
    /// One for each new run, in their order.
    pub rows: Vec<OverviewRow>,
}

/// One new run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OverviewRow {
    /// The run.
    pub new: RunId,
    /// One entry for each column.
    pub entries: Vec<Entry>,
    /// Whether a difference is called in it.
    pub called: bool,
}

impl Overview {
    /// At most so many rows, first those with a difference, in their order; and how many are left out.
    #[must_use]
    pub fn at_most(&self, most: usize) -> (Self, usize) {
        let left = self.rows.len().saturating_sub(most);
        let mut room_for_others = most.saturating_sub(self.rows.iter().filter(|row| row.called).count());
        let mut room_for_called = most;
        let keep = |row: &&OverviewRow| {
            let room = if row.called { &mut room_for_called } else { &mut room_for_others };
            let kept = *room > 0;
            *room = room.saturating_sub(1);
            kept
        };
        let rows = self.rows.iter().filter(keep).cloned().collect();
        (Self { rows, ..self.clone() }, left)
    }
}

pub(super) fn overviews(versus: &Versus<'_>) -> Vec<Overview> {
    let mut all: Vec<Overview> = Vec::new();
    for pair in versus.pairs() {
        let row = row(&pair);
        match all.last_mut().filter(|overview| overview.case == *pair.case) {
            Some(overview) => overview.rows.push(row),
            None => {
                all.push(Overview { case: pair.case.clone(), columns: columns(), rows: vec![row] });
            }
        }
    }
    all
}

fn columns() -> Vec<Column> {
    let column = |[main, beside, help]: [&str; 3]| Column {
        main: main.to_owned(),
        beside: beside.to_owned(),
        help: help.to_owned(),
        of_load: false,
        of_words: ["worst", "best"].contains(&main),
    };
    [
        ["run", "began", ""],
        ["worse", "", "figures that are called slower or larger than the base's."],
        ["better", "", "figures that are called faster or smaller than the base's."],
        ["no difference", "", "figures in which no difference is seen, or one within the noise."],
        ["not judged", "", "figures with too few samples, without a noise floor, or that can't be compared."],
        ["worst", "of what", "the largest ratio that is called worse, with its figure and lane."],
        ["best", "of what", "the largest ratio that is called better, with its figure and lane."],
    ]
    .map(column)
    .to_vec()
}

fn row(pair: &Pair<'_>) -> OverviewRow {
    let [worse, better] = [Tone::Bad, Tone::Good].map(|tone| pair.called(tone));
    let same = pair.count(&[Verdict::NoDifference, Verdict::WithinNoise]);
    let neither = pair.count(&[Verdict::Different]);
    let unjudged = pair.found.len().saturating_sub(worse.len() + better.len() + same + neither);
    let count = |count: usize, tone: Tone| {
        let tone = if count > 0 { tone } else { Tone::Plain };
        Entry { main: count.to_string(), beside: String::new(), tone }
    };
    let began = pair.new.started_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let entries = vec![
        Entry { main: pair.new.id.to_string(), beside: began, tone: Tone::Plain },
        count(worse.len(), Tone::Bad),
        count(better.len(), Tone::Good),
        count(same, Tone::Plain),
        count(unjudged, Tone::Plain),
        most(pair, worse.first().copied(), Tone::Bad),
        most(pair, better.first().copied(), Tone::Good),
    ];
    OverviewRow {
        new: pair.new.id.clone(),
        entries,
        called: !(worse.is_empty() && better.is_empty() && neither == 0),
    }
}

fn most(pair: &Pair<'_>, found: Option<&RunComparison>, tone: Tone) -> Entry {
    let Some(found) = found else { return Entry { main: "—".to_owned(), ..Entry::default() } };
    let ratio = found.ratio.map_or("—".to_owned(), figure::ratio);
    let [name, _] = pair.words(found);
    Entry {
        main: format!("{ratio} {}", word(found, pair.unit(found))),
        beside: format!("{name} in {}", found.lane),
        tone,
    }
}
