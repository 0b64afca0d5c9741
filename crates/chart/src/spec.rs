//! A chart as plain data: everything that is drawn is worked out and worded, so that whoever draws it only maps
//! numbers to pixels.
//!
//! **Positions.** Every position on an axis, of a tick as of a point, is already transformed: it lies linearly
//! between the axis's `min` (left or bottom) and `max` (right or top), whatever the axis's scale. A logarithmic
//! axis holds log₁₀ of the value in its base unit, an axis of percentiles holds log₁₀ (1 ÷ (1 − p)), an axis of
//! categories holds rows one wide. So `pixel = (at − min) ÷ (max − min) × width`, always.
//!
//! **Colour.** Every mark has the colour of its lane, which [`ChartSpec::lanes`] gives for light and dark; nothing
//! is told apart by colour alone: lanes also have symbols and strokes, series fills.

use plimsoll_model::Slug;
use serde::{Deserialize, Serialize};

/// A chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChartSpec {
    /// Stable name of the kind of chart, e.g. `waterfall`.
    pub slug: String,
    /// Title, with the workload's name.
    pub title: String,
    /// What each number includes and how it was taken.
    pub includes: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The lanes that occur, in the order in which they stand, with their looks.
    pub lanes: Vec<LaneLook>,
    /// The legend, in reading order.
    pub legend: Vec<Key>,
    /// What is drawn, the lowest layer first.
    pub series: Vec<Series>,
    /// What a reader should know: what is not shown, what failed, what was thinned out.
    pub notes: Vec<String>,
    /// Why there is nothing to draw; absent when there is something.
    pub empty: Option<String>,
    /// How high the plot is at least, in lines of text: rows need room for their words.
    pub lines: f64,
    /// The same with few lanes, to be shown first where a reader can ask for all; absent where there are few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<Box<ChartSpec>>,
}

impl ChartSpec {
    /// How a lane of it looks.
    pub(crate) fn look(&self, lane: Option<&Slug>) -> Option<&LaneLook> {
        self.lanes.iter().find(|look| Some(&look.lane) == lane)
    }
}

/// One axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Axis {
    /// What it shows; units stand at the ticks.
    pub title: String,
    /// Which kind of positions it holds: for words and grid lines, never for arithmetic.
    pub scale: Scale,
    /// Position of its left or lower end.
    pub min: f64,
    /// Position of its right or upper end.
    pub max: f64,
    /// Where it is marked, in ascending order.
    pub ticks: Vec<Tick>,
    /// Scales that stand beside each other on it, each with a title of its own, in ascending order; empty: one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<AxisPart>,
}

/// One of several scales beside each other on an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AxisPart {
    /// What it shows.
    pub title: String,
    /// Position of its left end.
    pub from: f64,
    /// Position of its right end.
    pub to: f64,
}

/// Kinds of axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Values in proportion.
    Linear,
    /// Equal distances are equal ratios.
    Log,
    /// As HdrHistogram draws it: equal distances are equal shares of what is still above.
    Percentile,
    /// Rows, each one wide, with its tick in the middle.
    Category,
}

/// One mark on an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tick {
    /// Position.
    pub at: f64,
    /// Words; empty for a small mark between those with words.
    pub label: String,
    /// The lane of a row.
    pub lane: Option<Slug>,
}

/// How a lane looks, in every chart alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LaneLook {
    /// The lane.
    pub lane: Slug,
    /// Colour on a light ground, `#rrggbb`.
    pub light: String,
    /// Colour on a dark ground, `#rrggbb`.
    pub dark: String,
    /// Its symbol.
    pub symbol: Symbol,
    /// How its lines are drawn.
    pub stroke: Stroke,
}

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Key {
    /// Words.
    pub name: String,
    /// The lane whose colour and symbol it shows; absent: the colour of text.
    pub lane: Option<Slug>,
    /// What it shows.
    pub swatch: Swatch,
}

impl Key {
    /// An entry that holds for every lane.
    pub(crate) fn of(name: impl Into<String>, swatch: Swatch) -> Self {
        Self { name: name.into(), lane: None, swatch }
    }
}

/// The picture beside an entry of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Swatch {
    /// The lane's symbol.
    Symbol,
    /// A piece of line: whole, or as fainter ones are where it is [`Fill::Open`].
    Line(Fill),
    /// A small box.
    Fill(Fill),
    /// The sign of a flag.
    Flag(Flag),
}

/// Marks of one kind that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Series {
    /// Words for lists and hover.
    pub name: String,
    /// The lane; absent: the colour of text.
    pub lane: Option<Slug>,
    /// How its points are drawn.
    pub mark: Mark,
    /// How its lines are drawn.
    pub stroke: Stroke,
    /// How its areas are filled. A line that is [`Fill::Open`] is thinner and fainter, and a symbol hollow.
    pub fill: Fill,
    /// The points.
    pub points: Vec<Point>,
}

/// How the points of a series are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A line through the points.
    Line,
    /// A line that keeps its height until the next point.
    Step,
    /// The lane's symbol at each point, or the sign of its flag.
    Points,
    /// Small dots, many of them, or the signs of their flags.
    Dots,
    /// A rectangle from (`x`, `y`) to (`x2`, `y2`).
    Spans,
    /// A box from (`x`, `y`) to (`x2`, `y2`) with a bar at `median` and whiskers from `low` to `high`, all along x.
    Boxes,
    /// The label as text that begins a little right of (`x`, `y`), vertically centred, and ends before `x2` where that
    /// is given.
    Labels,
    /// The same, less prominent.
    Captions,
}

/// How a line is drawn: as its lane's are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Stroke {
    /// Unbroken.
    #[default]
    Solid,
    /// Long pieces.
    Dashed,
    /// Short pieces.
    Dotted,
    /// Long and short pieces in turn.
    DashDotted,
}

/// How an area is filled: patterns are cut out of the lane's colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Whole.
    #[default]
    Solid,
    /// Lines rising to the right.
    Rising,
    /// Lines falling to the right.
    Falling,
    /// Both.
    Crossed,
    /// Dots.
    Dotted,
    /// Upright lines.
    Upright,
    /// An outline with a tint.
    Open,
}

/// A lane's symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// ●
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ▼
    Wedge,
    /// ◆
    Diamond,
    /// ✚
    Cross,
    /// ★
    Star,
}

/// Why a point is marked and yet kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Far from the others, and part of every figure: a ring.
    Outlier,
    /// Its trial failed, it is in no figure: ✕.
    Failed,
}

/// One point, in positions on the axes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Point {
    /// Position on the horizontal axis.
    pub x: f64,
    /// Position on the vertical axis.
    pub y: f64,
    /// The opposite corner, for spans and boxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x2: Option<f64>,
    /// The opposite corner, for spans and boxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y2: Option<f64>,
    /// End of the lower whisker of a box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The bar in a box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
    /// End of the upper whisker of a box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What it says on hover; for [`Mark::Labels`] and [`Mark::Captions`]: what is written.
    pub label: String,
    /// Why it is marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
}

impl Point {
    /// A point.
    #[must_use]
    pub fn at(x: f64, y: f64, label: impl Into<String>) -> Self {
        Self { x, y, label: label.into(), ..Self::default() }
    }

    /// A rectangle between two corners.
    #[must_use]
    pub fn span([x, x2]: [f64; 2], [y, y2]: [f64; 2], label: impl Into<String>) -> Self {
        Self { x2: Some(x2), y2: Some(y2), ..Self::at(x, y, label) }
    }
}
