//! Which share of cold starts was over by when, in two runs.

use plimsoll_model::{Slug, Unit};

use super::super::ChartSpec;
use super::super::ecdf::{INCLUDES, quartiles, sorted, steps};
use super::super::rows::Frame;
use super::super::spec::Axis;
use super::{Layer, Layers, Overlay, Sheet};

/// Which share of cold starts was over by when, in two runs.
pub(super) struct Ecdf;

impl Overlay for Ecdf {
    fn slug(&self) -> &'static str {
        "overlay-ecdf"
    }

    fn title(&self) -> &'static str {
        "Cold starts, share over by then"
    }

    fn spec(&self, layers: &Layers<'_>, lane: Option<&Slug>) -> ChartSpec {
        let frame = Frame {
            slug: self.slug(),
            title: self.title(),
            includes: INCLUDES.to_owned(),
            case: layers.cases[1],
        };
        let sheet = Sheet { frame, lane, names: layers.names };
        let layers = Layer::both(layers, lane);
        let values =
            [0, 1].map(|at| layers.get(at).map_or(Vec::new(), |layer| sorted(layer.run, &layer.rows)));
        if values.iter().flatten().all(Vec::is_empty) {
            return sheet.nothing(layers, "No trial has passed in either run.".to_owned());
        }
        let x = Axis::log("cold start", Unit::Nanoseconds, values.iter().flatten().flatten().copied());
        let (mut lines, mut symbols, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (layer, values) in layers.iter().zip(&values) {
            for (row, values) in layer.rows.iter().zip(values).filter(|(_, values)| !values.is_empty()) {
                lines.push(layer.marked(steps(row, values, &x, &mut notes)));
                symbols.push(layer.marked(quartiles(row, values, &x)));
            }
        }
        lines.append(&mut symbols);
        sheet.chart(layers, [x, Axis::share("share of trials")], lines, notes)
    }
}
