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
        let sides: &[_] = if self.base.is_some() { &[Some("base"), Some("new")] } else { &[None] };
        let of = |(layer, side): (Layer<'run>, &Option<&str>)| {
            let mut rows = Row::all(layer.run, layer.case);
            rows.retain(|row| self.lane.is_none_or(|lane| lane == row.lane));
            if let Some(side) = side {
                rows.iter_mut().for_each(|row| row.label = format!("{}, {side}", row.lane));
            }
            rows.iter_mut().for_each(|row| row.lies_below = *side == Some("base"));
            rows
        };
        self.each().zip(sides).flat_map(of).collect()
    }

    /// Entries of the legend: the symbols of the lanes and, where two runs are shown, how each is drawn.
    pub(super) fn legend(&self, rows: &[Row<'_>], drawn: &[Series]) -> Vec<Key> {
        let mut keys = lane_keys(rows);
        if let Some(base) = self.base {
            keys.retain(|key| drawn.iter().any(|series| series.lane == key.lane));
            keys.extend(
                [
                    (format!("base: {}", base.name), Stroke::Dashed),
                    (format!("new: {}", self.new.name), Stroke::Solid),
                ]
                .map(|(name, stroke)| Key {
                    name,
                    lane: self.lane.cloned(),
                    swatch: Swatch::Stroke(stroke),
                }),
            );
        }
        keys
    }
}
