//! Many runs against one base: a row for each.

use plimsoll_analysis::{RunComparison, Verdict};

use super::Versus;
use super::called::word;
use super::figure;
use super::pair::Pair;
use crate::table::{Column, EntryTone, Table, TableEntry, TableRow};

/// Most runs that a text has a row for.
const MOST_IN_TEXT: usize = 40;

/// A table for each workload, with a row for each new run.
pub(super) fn overviews(versus: &Versus<'_>) -> Vec<Table> {
    let pairs = versus.pairs();
    let table = |of_case: &[Pair<'_>]| {
        let case = of_case.first()?.case;
        Some(Table {
            heading: case.to_string(),
            caption: format!("Runs of `{case}`"),
            columns: columns(),
            rows: of_case.iter().map(row).collect(),
            elsewhere: "they are in the JSON form".to_owned(),
            most: Some(MOST_IN_TEXT),
        })
    };
    pairs.chunk_by(|a, b| a.case == b.case).filter_map(table).collect()
}

fn columns() -> Vec<Column> {
    let figures = [
        ["worse", "", "figures that are called slower or larger than the base's."],
        ["better", "", "figures that are called faster or smaller than the base's."],
        ["equal", "", "figures that are the same within 10 %."],
        [
            "not judged",
            "",
            "figures too close to call, that the noise hides, with too few samples, without a noise floor, or that can't be compared.",
        ],
    ];
    let words = [
        ["worst", "of what", "the largest ratio that is called worse, with its figure and lane."],
        ["best", "of what", "the largest ratio that is called better, with its figure and lane."],
    ];
    let run = Column::of_figures(["run", "began", ""]);
    let figures = figures.into_iter().map(Column::of_figures);
    std::iter::once(run).chain(figures).chain(words.into_iter().map(Column::of_words)).collect()
}

fn row(pair: &Pair<'_>) -> TableRow {
    let [worse, better] = [EntryTone::Bad, EntryTone::Good].map(|tone| pair.of_tone(tone));
    let same = pair.count(&[Verdict::Equal]);
    let neither = pair.count(&[Verdict::Different]);
    let unjudged = pair.found.len().saturating_sub(worse.len() + better.len() + same + neither);
    let count = |count: usize, tone: EntryTone| {
        let tone = if count > 0 { tone } else { EntryTone::Plain };
        TableEntry::new(count.to_string(), "").toned(tone)
    };
    let began = pair.new.started_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let entries = vec![
        TableEntry::new(pair.new.id.as_str(), began),
        count(worse.len(), EntryTone::Bad),
        count(better.len(), EntryTone::Good),
        count(same, EntryTone::Plain),
        count(unjudged, EntryTone::Plain),
        most(pair, worse.first().copied(), EntryTone::Bad),
        most(pair, better.first().copied(), EntryTone::Good),
    ];
    TableRow {
        lane: None,
        run: Some(pair.new.id.clone()),
        entries,
        called: !(worse.is_empty() && better.is_empty() && neither == 0),
    }
}

fn most(pair: &Pair<'_>, found: Option<&RunComparison>, tone: EntryTone) -> TableEntry {
    let Some(found) = found else { return TableEntry::absent() };
    let ratio = found.ratio.map_or("—".to_owned(), figure::ratio);
    let [name, _] = pair.words(found);
    TableEntry {
        main: format!("{ratio} {}", word(found, pair.unit(found))),
        beside: format!("{name} in {}", found.lane),
        tone,
    }
}
