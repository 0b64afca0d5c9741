//! What a chart is of: one run, or a run laid over the base run that it is compared with.
//!
//! A lane keeps its colour and its symbol. The base is broken, fainter and hollow, the other run whole.

use plimsoll_model::{Case, Run, Slug};

use super::rows::{Row, lane_keys};
use super::spec::{Key, Series, Stroke, Swatch};

/// One of the runs, or one side of a run.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'run> {
    /// The run.
    pub run: &'run Run,
    /// What is shown of it.
    pub case: &'run Case,
    /// What the legend calls it where it lies over another, or below.
    pub name: &'run str,
}

/// One run, or two laid over each other.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'run> {
    /// What lies below; absent: nothing.
    pub base: Option<Layer<'run>>,
    /// What lies above.
    pub new: Layer<'run>,
    /// The lane that is shown; absent: every lane that is in either run.
    pub lane: Option<&'run Slug>,
}

impl<'run> Layers<'run> {
    /// The lowest first.
    pub(super) fn each(&self) -> impl Iterator<Item = Layer<'run>> {
        self.base.into_iter().chain([self.new])
    }

    /// A row for each lane in each layer.
    pub(super) fn rows(&self) -> Vec<Row<'run>> {
        let mut rows = Vec::new();
        for (layer, side) in self.each().zip(["base", "new"]) {
            for mut row in Row::all(layer.run, layer.case) {
                if self.base.is_some() {
                    row.label = format!("{}, {side}", row.lane);
                    row.lies_below = side == "base";
                }
                rows.extend(self.lane.is_none_or(|lane| lane == row.lane).then_some(row));
            }
        }
        let mut below = rows.len() as f64;
        for row in &mut rows {
            row.middle = below - 0.5;
            below -= 1.0;
        }
        rows
    }

    /// Entries of the legend: the symbols of the lanes and, where two runs are shown, how each is drawn.
    pub(super) fn legend(&self, rows: &[Row<'_>], drawn: &[Series]) -> Vec<Key> {
        let mut keys = lane_keys(rows);
        if let Some(base) = self.base {
            keys.retain(|key| drawn.iter().any(|series| series.lane == key.lane));
            for (name, stroke) in [
                (format!("base: {}", base.name), Stroke::Dashed),
                (format!("new: {}", self.new.name), Stroke::Solid),
            ] {
                keys.push(Key { lane: self.lane.cloned(), ..Key::of(name, Swatch::Stroke(stroke)) });
            }
        }
        keys
    }
}
