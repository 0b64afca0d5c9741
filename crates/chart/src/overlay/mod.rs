//! Charts that lay a run over the base run that it is compared with: one file and one line of the list for each.
//!
//! A lane keeps its colour and its symbol. The base is broken, fainter and hollow, the new run whole.

mod ecdf;
mod latency;

use plimsoll_model::{Case, Run, Slug};

use super::ChartSpec;
use super::rows::{Frame, Row, lane_keys, unprepared};
use super::spec::{Axis, Fill, Key, Series, Stroke, Swatch};

/// Two runs, or two sides of one, laid over each other.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'run> {
    /// The run that the other is set against.
    pub base: &'run Run,
    /// The run that is set against it.
    pub new: &'run Run,
    /// What is shown of the base and of the new run.
    pub cases: [&'run Case; 2],
    /// What the legend calls the base and the new run.
    pub names: [&'run str; 2],
}

/// One kind of chart of two runs.
pub trait Overlay: Sync {
    /// Stable name, e.g. `overlay-ecdf`.
    fn slug(&self) -> &'static str;

    /// What it shows, in a few words.
    fn title(&self) -> &'static str;

    /// The chart of the two cases: of one lane, or of every lane that either run has.
    fn spec(&self, layers: &Layers<'_>, lane: Option<&Slug>) -> ChartSpec;
}

/// Every such chart, in the order in which they are read.
#[must_use]
pub fn overlays() -> &'static [&'static dyn Overlay] {
    &[&ecdf::Ecdf, &latency::Latency]
}

/// The one of this name.
#[must_use]
pub fn overlay(slug: &str) -> Option<&'static dyn Overlay> {
    overlays().iter().copied().find(|found| found.slug() == slug)
}

/// One of the two runs.
struct Layer<'run> {
    run: &'run Run,
    /// A row for each lane.
    rows: Vec<Row<'run>>,
    is_base: bool,
}

impl<'run> Layer<'run> {
    fn both(layers: &Layers<'run>, lane: Option<&Slug>) -> [Self; 2] {
        let [before, after] = layers.cases;
        [(layers.base, before, true), (layers.new, after, false)].map(|(run, case, is_base)| {
            let side = if is_base { "base" } else { "new" };
            let asked = |row: &Row<'_>| lane.is_none_or(|lane| lane == row.lane);
            let rows = Row::all(run, case).into_iter().filter(asked);
            let rows = rows.map(|row| Row { label: format!("{}, {side}", row.lane), ..row }).collect();
            Self { run, rows, is_base }
        })
    }

    /// Told apart from the other run.
    fn marked(&self, series: Series) -> Series {
        let (stroke, fill) =
            if self.is_base { (Stroke::Dashed, Fill::Open) } else { (Stroke::Solid, Fill::Solid) };
        Series { stroke, fill, ..series }
    }
}

/// What both charts have around their series.
struct Sheet<'a> {
    frame: Frame<'a>,
    lane: Option<&'a Slug>,
    names: [&'a str; 2],
}

impl Sheet<'_> {
    fn chart(
        self,
        layers: [Layer<'_>; 2],
        axes: [Axis; 2],
        series: Vec<Series>,
        notes: Vec<String>,
    ) -> ChartSpec {
        let [base, new] = &layers;
        let mut all = unprepared(base.run, &base.rows);
        all.extend(unprepared(new.run, &new.rows));
        all.extend(notes);
        let rows: Vec<Row<'_>> = layers.into_iter().flat_map(|layer| layer.rows).collect();
        let Self { frame, lane, names } = self;
        let mut spec = frame.chart(&rows, axes, series);
        all.append(&mut spec.notes);
        let shown = |key: &Key| spec.series.iter().any(|series| series.lane == key.lane);
        let mut legend: Vec<Key> = lane_keys(&rows).into_iter().filter(shown).collect();
        let [base, new] = names;
        for (name, stroke) in
            [(format!("base: {base}"), Stroke::Dashed), (format!("new: {new}"), Stroke::Solid)]
        {
            legend.push(Key { name, lane: lane.cloned(), swatch: Swatch::Stroke(stroke) });
        }
        ChartSpec { legend, notes: all, title: titled(spec.title, lane), ..spec }
    }

    fn nothing(self, layers: [Layer<'_>; 2], why: String) -> ChartSpec {
        let [base, new] = layers;
        let of_new = unprepared(new.run, &new.rows);
        let rows: Vec<Row<'_>> = base.rows.into_iter().chain(new.rows).collect();
        let mut spec = self.frame.nothing(base.run, &rows, why);
        spec.notes.extend(of_new);
        ChartSpec { title: titled(spec.title, self.lane), ..spec }
    }
}

fn titled(title: String, lane: Option<&Slug>) -> String {
    match lane {
        Some(lane) => format!("{title} in {lane}"),
        None => title,
    }
}
