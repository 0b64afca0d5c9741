//! A table, whichever form it is shown in.

use plimsoll_model::{RunId, Slug};
use serde::Serialize;

/// Figures under headings, with what names the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Table {
    /// What stands above it.
    pub heading: String,
    /// What it has, in a few words.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<TableRow>,
    /// Where rows are that are left out.
    pub elsewhere: String,
    /// Most rows that a text shows; absent: all of them.
    pub most: Option<usize>,
}

/// One column. Its heading has two lines, as its entries have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Column {
    /// What its entries show first.
    pub main: String,
    /// What stands below that.
    pub beside: String,
    /// What its figures include.
    pub help: String,
    /// Whether it tells of load: on a narrow terminal these stand in a table of their own.
    pub of_load: bool,
    /// Whether it holds words, which begin at the left, and no figures.
    pub of_words: bool,
}

/// One row: of a lane, of a figure in a lane, or of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TableRow {
    /// The lane whose figures it has; absent where it has those of several.
    pub lane: Option<Slug>,
    /// The run that it is of, where each row has one of its own.
    pub run: Option<RunId>,
    /// One entry for each column.
    pub entries: Vec<TableEntry>,
    /// Whether a difference is called in it: these rows are kept before others.
    pub called: bool,
}

/// What stands in one place of a table: the figure, and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TableEntry {
    /// The figure.
    pub main: String,
    /// Its interval, or a second figure.
    pub beside: String,
    /// How good it is.
    pub tone: EntryTone,
}

/// How good an entry is, for colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EntryTone"))]
#[serde(rename_all = "snake_case")]
pub enum EntryTone {
    /// Neither.
    #[default]
    Plain,
    /// Better than the baseline.
    Good,
    /// Worse than it, or failed.
    Bad,
}

impl Column {
    /// A column of figures.
    pub(crate) fn of_figures([main, beside, help]: [&str; 3]) -> Self {
        Self {
            main: main.to_owned(),
            beside: beside.to_owned(),
            help: help.to_owned(),
            of_load: false,
            of_words: false,
        }
    }

    /// A column of words.
    pub(crate) fn of_words(told: [&str; 3]) -> Self {
        Self { of_words: true, ..Self::of_figures(told) }
    }
}

impl TableEntry {
    pub(crate) fn new(main: impl Into<String>, beside: impl Into<String>) -> Self {
        Self { main: main.into(), beside: beside.into(), tone: EntryTone::Plain }
    }

    pub(crate) fn absent() -> Self {
        Self::new("—", "")
    }

    pub(crate) fn toned(self, tone: EntryTone) -> Self {
        Self { tone, ..self }
    }
}

impl Table {
    /// The rows that are shown where there is room for so many, first those with a difference, in their order; and how
    /// many are left out.
    #[must_use]
    pub fn at_most(&self, most: usize) -> (Vec<&TableRow>, usize) {
        let called = self.rows.iter().filter(|row| row.called).count();
        let (mut for_called, mut for_others) = (most, most.saturating_sub(called));
        let kept = |row: &&TableRow| {
            let room = if row.called { &mut for_called } else { &mut for_others };
            let kept = *room > 0;
            *room = room.saturating_sub(1);
            kept
        };
        (self.rows.iter().filter(kept).collect(), self.rows.len().saturating_sub(most))
    }

    /// The rows that a text shows, and what stands for those that are left out.
    #[must_use]
    pub fn in_text(&self) -> (Vec<&TableRow>, Option<String>) {
        let (rows, left) = self.at_most(self.most.unwrap_or(usize::MAX));
        let told = || {
            format!(
                "Left out: {left} more runs. Those in which a difference is called are kept before others."
            )
        };
        (rows, (left > 0).then(told))
    }
}
