//! What a chart is of: one run, or a run laid over the base run that it is compared with.
//!
//! A lane keeps its colour, its symbol and its stroke. The base is thinner, fainter and hollow, the other run whole.

use plimsoll_model::{Case, Run, Slug};

use super::rows::{Row, lane_keys};
use super::spec::{Fill, Key, LaneLook, Series, Swatch};

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
    /// How lanes look where more runs than these are shown beside them; absent: as they do in these alone.
    pub looks: Option<&'run [LaneLook]>,
}

impl<'run> Layers<'run> {
    /// The lowest first.
    pub(super) fn each(&self) -> impl Iterator<Item = Layer<'run>> {
        self.base.into_iter().chain([self.new])
    }

    /// A row for each lane in each layer, with what a chart takes of it, in the order of a figure of that: the lowest
    /// first, and those that have none last.
    pub(super) fn ranked<T>(
        &self,
        mut of: impl FnMut(&Row<'run>) -> T,
        figure: impl Fn(&T) -> Option<f64>,
    ) -> (Vec<Row<'run>>, Vec<T>) {
        let mut found: Vec<_> = self.rows().into_iter().map(|row| (of(&row), row)).collect();
        let key = |(of, row): &(T, Row<'run>)| (!row.lies_below, figure(of).unwrap_or(f64::INFINITY));
        found.sort_by(|a, b| {
            let ((above, figure), (other_above, other)) = (key(a), key(b));
            above.cmp(&other_above).then(figure.total_cmp(&other))
        });
        let mut below = found.len() as f64;
        for (_, row) in &mut found {
            row.middle = below - 0.5;
            below -= 1.0;
        }
        let (taken, rows) = found.into_iter().unzip();
        (rows, taken)
    }

    /// A row for each lane in each layer.
    pub(super) fn rows(&self) -> Vec<Row<'run>> {
        let runs: Vec<&Run> = self.each().map(|layer| layer.run).collect();
        let own = || LaneLook::all(&runs);
        let looks = self.looks.map_or_else(own, <[LaneLook]>::to_vec);
        let mut rows = Vec::new();
        for (layer, side) in self.each().zip(["base", "new"]) {
            for mut row in Row::all(layer.run, layer.case, &looks) {
                if self.base.is_some() {
                    row.label = format!("{}, {side}", row.lane);
                    row.lies_below = side == "base";
                }
                rows.extend(self.lane.is_none_or(|lane| lane == row.lane).then_some(row));
            }
        }
        rows
    }

    /// Entries of the legend: the symbols of the lanes and, where two runs are shown, how each is drawn.
    pub(super) fn legend(&self, rows: &[Row<'_>], drawn: &[Series]) -> Vec<Key> {
        let mut keys = lane_keys(rows);
        if let Some(base) = self.base {
            keys.retain(|key| drawn.iter().any(|series| series.lane == key.lane));
            for (name, fill) in [
                (format!("base: {}", base.name), Fill::Open),
                (format!("new: {}", self.new.name), Fill::Solid),
            ] {
                keys.push(Key { lane: self.lane.cloned(), ..Key::of(name, Swatch::Line(fill)) });
            }
        }
        keys
    }
}
