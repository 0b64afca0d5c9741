//! Latency by percentile, in two runs.

use plimsoll_analysis::names;
use plimsoll_format as format;
use plimsoll_model::{Run, Slug, Unit};

use super::super::ChartSpec;
use super::super::latency::{LINE_ENDS, Pool, why_none};
use super::super::rows::Frame;
use super::super::spec::{Axis, Stroke};
use super::{Layer, Layers, Overlay, Sheet};

/// Latency by percentile, in two runs.
pub(super) struct Latency;

impl Overlay for Latency {
    fn slug(&self) -> &'static str {
        "overlay-latency"
    }

    fn title(&self) -> &'static str {
        "Latency by percentile"
    }

    fn spec(&self, layers: &Layers<'_>, lane: Option<&Slug>) -> ChartSpec {
        let includes =
            "All requests of the loaded trials together, from when a request was due to the last byte of \
                        its right answer, so a stall is not hidden. The rate does not wait for answers."
                .to_owned();
        let [_, case] = layers.cases;
        let frame = Frame { slug: self.slug(), title: self.title(), includes, case };
        let sheet = Sheet { frame, lane, names: layers.names };
        let rates = rates(layers);
        let why = why_none(layers.new, case);
        let layers = Layer::both(layers, lane);
        let mut notes = Vec::new();
        let mut pools = Vec::new();
        for layer in &layers {
            for row in &layer.rows {
                let pool = Pool::of(layer.run, row, &names::LATENCY, &mut notes);
                pools.extend((pool.count > 0).then_some((layer, row, pool)));
            }
        }
        let Some(most) = pools.iter().map(|(.., pool)| pool.count).max() else {
            drop(pools);
            return sheet.nothing(layers, why);
        };
        let x = Axis::percentiles("percentile of requests", most);
        let values = pools.iter().flat_map(|(.., pool)| [pool.at_share(0.0), pool.at_share(1.0)]);
        let y = Axis::log("latency", Unit::Nanoseconds, values.map(|ns| ns as f64));
        let lines =
            pools.iter().map(|(layer, row, pool)| layer.marked(pool.line(row, "", Stroke::Solid, [&x, &y])));
        let symbols = pools.iter().map(|(layer, row, pool)| layer.marked(pool.symbols(row, &y)));
        let series = lines.chain(symbols).collect();
        notes.push(format!("{rates}{LINE_ENDS}"));
        drop(pools);
        sheet.chart(layers, [x, y], series, notes)
    }
}

/// How much load there was.
fn rates(layers: &Layers<'_>) -> String {
    let rate = |run: &Run, case| run.load(case).map(|load| format::rate(load.rate_milli as f64));
    let [before, after] = layers.cases;
    match (rate(layers.base, before), rate(layers.new, after)) {
        (Some(base), Some(new)) if base == new => format!("Loaded with {base} in every lane. "),
        (Some(base), Some(new)) => format!("Loaded with {base} in the base and {new} in the new run. "),
        _ => String::new(),
    }
}
