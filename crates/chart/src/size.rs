//! Sizes: what travels, what lies on disk.

use plimsoll_format::{self as format, plain};
use plimsoll_model::{Charted, Entry, Metric, Phase, Run, Slug, Unit};

use super::frame::Frame;
use super::rows::{Row, Wanted};
use super::spec::{Axis, Fill, Key, Mark, Point, Series, Swatch};
use super::{About, Chart, ChartSpec, Layers};

/// Sizes: what travels, what lies on disk.
pub(super) struct Size;

/// One kind of size: a metric that asks for a bar.
struct Kind<'run> {
    metric: &'run Slug,
    name: String,
    fill: Fill,
}

impl<'run> Kind<'run> {
    /// Those of a run, told apart by their fills.
    fn all(run: &'run Run) -> Vec<Self> {
        let fills = [Fill::Solid, Fill::Rising, Fill::Crossed, Fill::Open, Fill::Falling, Fill::Dotted];
        let asked = run.metrics.iter().filter(|metric| metric.chart == Some(Charted::Size));
        let kind = |(metric, fill): (&'run Metric, _)| Self {
            metric: &metric.slug,
            name: plain(&metric.in_words()),
            fill,
        };
        asked.zip(fills.into_iter().cycle()).map(kind).collect()
    }
}

/// Share of a row that its bars take.
const ROOM: f64 = 0.84;

impl Chart for Size {
    fn about(&self) -> About<'_> {
        About { slug: "size", title: "Size", lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let run = layers.new.run;
        let kinds = Kind::all(run);
        let (rows, found) =
            layers.ranked(|row| bars(&kinds, run, row), |bars| bars.first().map(|bar| bar.bytes));
        let includes = "Wire size: an image's layers, the .wasm or the binary, as gzip. Unpacked size: files in the \
                       image's layers, the .wasm, the binary. Compiled size: the .cwasm. On the host already: dockerd, \
                       containerd, shim, runc and proxy, or our worker; in no other size.";
        let frame = Frame::of(self, layers, includes, "the first of their sizes");
        let values: Vec<f64> = found.iter().flatten().map(|bar| bar.bytes).collect();
        if values.is_empty() {
            return frame.nothing(&rows, "Nothing is prepared yet.".to_owned());
        }
        if values.len() == 1 {
            return frame.nothing(&rows, "There is one size alone: it stands in the table.".to_owned());
        }
        let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
        // Room for the smallest bar: lengths on a logarithmic axis only order the bars.
        let x = Axis::log("size", Unit::Bytes, values.into_iter().chain([smallest / 4.0]));
        let x = x.with_room(Unit::Bytes, 0.12);
        let most = found.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let step = ROOM / most as f64;
        let mut series = Vec::new();
        for (row, bars) in rows.iter().zip(&found) {
            if bars.is_empty() {
                series.push(row.absent("nothing prepared", x.min, row.middle));
            }
            let top = row.middle + step * bars.len() as f64 / 2.0;
            for (place, bar) in bars.iter().enumerate() {
                let upper = top - step * place as f64;
                let y = [upper - step * 0.92, upper - step * 0.08];
                let Kind { name, fill, .. } = bar.kind;
                let words = format!("{}, {name}: {}{}", row.label, format::bytes(bar.bytes), bar.of);
                let span = Point::span([x.min, x.place(bar.bytes)], y, words);
                series.push(Series { fill: *fill, ..row.single(name, Mark::Spans, span) });
                let middle = f64::midpoint(y[0], y[1]);
                if bar.layers.len() > 1 {
                    let mut layers = row.series(&format!("{name}, layers"), Mark::Points);
                    layers.points.extend(bar.layers.iter().map(|(layer, bytes)| {
                        let words = format!("{}, {name}, {layer}: {}", row.label, format::bytes(*bytes));
                        Point::at(x.place(*bytes), middle, words)
                    }));
                    series.push(layers);
                }
                let label = Point::at(x.place(bar.bytes), middle, format::bytes(bar.bytes));
                series.push(row.single(&format!("{name}, words"), Mark::Labels, label));
            }
        }
        let is_drawn = |kind: &&Kind<'_>| found.iter().flatten().any(|bar| bar.kind.metric == kind.metric);
        let legend = kinds.iter().filter(is_drawn);
        let legend = legend.map(|kind| Key::of(&kind.name, Swatch::Fill(kind.fill)));
        let note =
            "The axis is logarithmic and does not begin at 0: compare where bars end, not how long they are.";
        frame.chart(&rows, [x, Axis::rows(&rows)], series, legend.collect(), vec![note.to_owned()])
    }
}

/// One size of one lane.
struct Bar<'kinds> {
    kind: &'kinds Kind<'kinds>,
    bytes: f64,
    layers: Vec<(Slug, f64)>,
    /// What it consists of, in words.
    of: String,
}

fn bars<'kinds>(kinds: &'kinds [Kind<'_>], run: &Run, row: &Row<'_>) -> Vec<Bar<'kinds>> {
    let Some(made) = run.prepared(&row.cells).into_iter().next() else { return Vec::new() };
    let bar = |kind: &'kinds Kind<'_>| {
        let parts = parts(run, kind.metric.as_str(), &made.samples);
        let whole = Wanted::of(run, kind.metric.as_str(), Phase::Prepare, None).value(&made.samples);
        let bytes = whole.or_else(|| (!parts.is_empty()).then(|| parts.iter().map(|part| part.1).sum()))?;
        let words: Vec<String> =
            parts.iter().take(8).map(|(part, bytes)| format!("{part} {}", format::bytes(*bytes))).collect();
        let more = if parts.len() > 8 { format!(", {} more", parts.len() - 8) } else { String::new() };
        let of = if words.is_empty() { String::new() } else { format!(" ({}{more})", words.join(", ")) };
        let layers = parts.into_iter().filter(|(part, _)| part.as_str().starts_with("layer-")).collect();
        Some(Bar { kind, bytes, layers, of })
    };
    kinds.iter().filter_map(bar).collect()
}

/// The parts of a metric that a preparation tells apart.
fn parts(run: &Run, metric: &str, entries: &[Entry]) -> Vec<(Slug, f64)> {
    let part = |Entry(series, reading): &Entry| {
        let series = run.series.get(*series as usize)?;
        let of_metric = series.metric.as_str() == metric && series.phase == Phase::Prepare;
        Some((series.subject.clone().filter(|_| of_metric)?, reading.value()? as f64))
    };
    entries.iter().filter_map(part).take(super::MOST_POINTS).collect()
}
