//! A report as its readers meet it: what is said in which order, before it has a form.
//!
//! A terminal, a text for a pull request, a page and the window show the same document. Each leaves out what it has no
//! room for by the kind of a block, never by what it says.

use plimsoll_chart::{ChartSpec, LaneLook};
use plimsoll_model::Slug;
use serde::Serialize;

use crate::table::Table;
pub use crate::titled::Titled;
use crate::verdict::{Headline, Sentence};

/// What a reader meets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Document {
    /// What it is: heads a text.
    pub title: String,
    /// What it is about: heads a page.
    pub subject: String,
    /// When and where, part by part: stands below the subject.
    pub origin: Vec<String>,
    /// What a text begins with.
    pub opening: Opening,
    /// Every lane in it, as it looks.
    pub lanes: Vec<LaneLook>,
    /// What it says.
    pub sections: Vec<Section>,
    /// Where all of it is, for a form that leaves something out.
    pub whole: String,
}

/// What a text begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", content = "what", rename_all = "snake_case")]
pub enum Opening {
    /// When, where and how, in sentences that need no title above them.
    Facts(Vec<Fact>),
    /// What came out.
    Headline(Headline),
}

/// What stands under one heading of a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Section {
    /// Its place: once in a document.
    pub id: String,
    /// What it is about.
    pub heading: String,
    /// The workload it is about, where it is about one.
    pub workload: Option<String>,
    /// Whether a text leaves it out, because another section says the same with fewer or with more words.
    pub aside: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", content = "what", rename_all = "snake_case")]
pub enum Block {
    /// What has to be known before anything else is read.
    Banner(Titled<Vec<String>>),
    /// A verdict on one workload in one lane.
    Verdict(Sentence),
    /// What came out of one comparison.
    Headline(Titled<Headline>),
    /// A sentence that leads to what follows. Not in a text.
    Lead(String),
    /// Charts side by side. Not in a text.
    Charts(Vec<Illustration>),
    /// A table.
    Table(Table),
    /// What belongs to the table above.
    Lines(Vec<String>),
    /// Sentences under a heading of their own.
    Remarks(Remarks),
    /// Names and what they are. Not in a text.
    Facts(Titled<Vec<Fact>>),
    /// What each lane is. Not in a text.
    Lanes(Titled<Vec<LaneWords>>),
    /// WordCell in rows. Not in a text.
    Listing(WordTable),
    /// A command line. Not in a text.
    Command(String),
    /// What stands for the rest of a list.
    More(String),
}

/// Which charts a document has. Of a long run they take a while, and a text shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Illustrated {
    /// None.
    Left,
    /// Of all lanes together; where runs are compared, also of each lane in which a difference is called.
    Page,
    /// Of all lanes together; where runs are compared, also of each lane.
    Window,
}

/// A chart at its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Illustration {
    /// Once in a document.
    pub id: String,
    /// What it shows, in a few words.
    pub title: String,
    /// The lane it is of; absent: all together.
    pub lane: Option<Slug>,
    /// The chart.
    pub spec: ChartSpec,
}

/// Sentences under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Remarks {
    /// What they are about.
    pub heading: String,
    /// The sentences.
    pub lines: Vec<String>,
    /// Whether it says the same of every run in these lanes.
    pub standing: bool,
}

/// A name and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fact {
    /// What.
    pub title: String,
    /// How it is.
    pub text: String,
}

/// What a lane is, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LaneWords {
    /// The lane.
    pub lane: Slug,
    /// What it does.
    pub text: String,
}

/// WordCell in rows under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WordTable {
    /// What it lists.
    pub heading: String,
    /// What holds for all of it.
    pub lead: String,
    /// What heads each column.
    pub columns: Vec<String>,
    /// The rows that are shown.
    pub rows: Vec<Vec<WordCell>>,
    /// What stands for rows that are left out.
    pub more: Option<String>,
}

/// What stands in one place of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WordCell {
    /// A sentence or a name.
    pub text: String,
    /// Lines below it that keep their ends.
    pub below: Option<String>,
}

impl WordCell {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), below: None }
    }
}

impl Fact {
    pub(crate) fn new(title: &str, text: impl Into<String>) -> Self {
        Self { title: title.to_owned(), text: text.into() }
    }
}

impl Section {
    pub(crate) fn new(id: &str, heading: &str, blocks: Vec<Block>) -> Self {
        Self { id: id.to_owned(), heading: heading.to_owned(), workload: None, aside: false, blocks }
    }

    /// The section of one workload.
    pub(crate) fn of_case(title: &str, blocks: Vec<Block>) -> Self {
        Self { workload: Some(title.to_owned()), ..Self::new(&format!("w-{title}"), title, blocks) }
    }

    /// Its remarks, in their order.
    pub fn remarks(&self) -> impl Iterator<Item = &Remarks> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Remarks(remarks) => Some(remarks),
            _ => None,
        })
    }
}

impl Document {
    /// What came out, which a text says before anything else where it does not begin with a headline.
    #[must_use]
    pub fn outcome(&self) -> Option<&Section> {
        let begins_with_it = matches!(self.opening, Opening::Headline(_));
        self.sections.iter().find(|section| section.id == "verdict" && !begins_with_it)
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }

    /// What came out, block by block: the [outcome](Self::outcome), then the verdicts that stand elsewhere.
    pub fn came_out(&self) -> impl Iterator<Item = &Block> {
        let outcome = self.outcome();
        let elsewhere =
            self.sections.iter().filter(move |section| outcome.is_some() && Some(*section) != outcome);
        let verdicts =
            elsewhere.flat_map(|section| &section.blocks).filter(|block| matches!(block, Block::Verdict(_)));
        outcome.into_iter().flat_map(|section| &section.blocks).chain(verdicts)
    }

    /// Every verdict, in its order.
    pub fn verdicts(&self) -> impl Iterator<Item = &Sentence> {
        self.blocks().filter_map(|block| match block {
            Block::Verdict(sentence) => Some(sentence),
            _ => None,
        })
    }

    /// Every chart, in its order.
    pub fn charts(&self) -> impl Iterator<Item = &Illustration> {
        self.blocks().flat_map(|block| match block {
            Block::Charts(charts) => charts.as_slice(),
            _ => &[],
        })
    }

    /// Every table, in its order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// Every remark, in its order.
    pub fn remarks(&self) -> impl Iterator<Item = &Remarks> {
        self.sections.iter().flat_map(Section::remarks)
    }
}
