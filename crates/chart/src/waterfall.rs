//! Start-up, phase by phase.

use plimsoll_analysis::median;
use plimsoll_format as format;
use plimsoll_model::{Phase, Unit};

use super::frame::Frame;
use super::rows::Row;
use super::spec::{Axis, Fill, Key, Mark, Point, Scale, Series, Swatch};
use super::{About, Chart, ChartSpec, Layers};

/// Start-up, phase by phase.
pub(super) struct Waterfall;

/// Where the shortest start would be less than this share of the longest, the axis is logarithmic.
const LEGIBLE_SHARE: f64 = 0.04;
/// Lower and upper edge of a bar and the height of the words below it, from the middle of the row.
const EDGES: [f64; 2] = [-0.1, 0.36];
const CAPTION: f64 = -0.28;

/// One phase in the middle of a lane's trials.
struct Stage {
    phase: Phase,
    /// Median end in nanoseconds after the call.
    end_ns: f64,
    /// Median duration.
    took_ns: f64,
}

impl Chart for Waterfall {
    fn about(&self) -> About<'_> {
        About { slug: "waterfall", title: "Start-up by phase", lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let rows = layers.rows();
        let includes = "From the call that makes an instance exist: create until it exists, start until its own code \
                       runs, ready until the last byte of the first right answer, or the exit of a command. Each \
                       edge is the median over the passed trials, each duration a median by itself, on one observer's clock in every lane.";
        let frame = Frame::of(self, layers, includes);
        let stages: Vec<Vec<Stage>> = rows.iter().map(stages).collect();
        let ends = || stages.iter().flatten().map(|stage| stage.end_ns);
        if ends().next().is_none() {
            return frame.nothing(&rows, "No trial has passed yet.".to_owned());
        }
        let x = time_axis(&stages);
        let log = x.scale == Scale::Log;
        let mut series = Vec::new();
        for (row, stages) in rows.iter().zip(&stages) {
            let middle = row.middle;
            let mut begin_ns = 0.0;
            for stage in stages {
                let x = [x.place(begin_ns), x.place(stage.end_ns)];
                let label = format!("{}, {}: {}", row.label, stage.phase, format::duration(stage.took_ns));
                let span = Point::span(x, EDGES.map(|edge| middle + edge), label);
                let span = row.single(stage.phase.as_str(), Mark::Spans, span);
                series.push(Series { fill: fill(stage.phase), ..span });
                begin_ns = stage.end_ns;
            }
            if let Some(last) = stages.last() {
                let [lower, upper] = EDGES;
                let height = middle + f64::midpoint(lower, upper);
                let total = Point::at(x.place(last.end_ns), height, format::duration(last.end_ns));
                let caption = Point::at(x.min, middle + CAPTION, words(stages));
                series.push(row.single("total", Mark::Labels, total));
                series.push(row.single("phases", Mark::Captions, caption));
            } else {
                series.push(row.absent("no passed trial", x.min, middle));
            }
        }
        let legend = Phase::COLD_START.map(|phase| Key::of(phase.as_str(), Swatch::Fill(fill(phase))));
        let mut spec = frame.chart(&rows, [x, Axis::rows(&rows)], series, legend.to_vec(), Vec::new());
        if log {
            let why = "The time axis is logarithmic, since the lanes lie far apart: a phase further right is longer \
                       than it looks.";
            spec.notes.insert(0, why.to_owned());
        }
        spec
    }
}

/// Each phase's own duration.
fn words(stages: &[Stage]) -> String {
    let words = stages.iter().map(|stage| format!("{} {}", stage.phase, format::duration(stage.took_ns)));
    words.collect::<Vec<_>>().join(" · ")
}

fn fill(phase: Phase) -> Fill {
    match phase {
        Phase::Create => Fill::Rising,
        Phase::Ready => Fill::Dotted,
        _ => Fill::Solid,
    }
}

fn stages(row: &Row<'_>) -> Vec<Stage> {
    let stage = |phase: Phase| {
        let spans =
            row.telling_of(phase).filter_map(|trial| trial.spans.iter().find(|span| span.phase == phase));
        let (ends, took): (Vec<f64>, Vec<f64>) =
            spans.map(|span| (span.end_ns as f64, span.end_ns.saturating_sub(span.begin_ns) as f64)).unzip();
        Some(Stage { phase, end_ns: median(&ends)?, took_ns: median(&took)? })
    };
    let mut found: Vec<Stage> = Phase::COLD_START.into_iter().filter_map(stage).collect();
    // Medians over different trials could cross where only some trials tell a phase apart.
    let mut reached = 0.0;
    for stage in &mut found {
        stage.end_ns = stage.end_ns.max(reached);
        reached = stage.end_ns;
    }
    found
}

fn time_axis(stages: &[Vec<Stage>]) -> Axis {
    let title = "time after the call";
    let totals: Vec<f64> =
        stages.iter().filter_map(|stages| stages.last()).map(|stage| stage.end_ns).collect();
    let longest = totals.iter().copied().fold(0.0, f64::max);
    let shortest = totals.iter().copied().fold(f64::INFINITY, f64::min);
    if shortest >= longest * LEGIBLE_SHARE {
        return Axis::from_zero(title, Unit::Nanoseconds, totals).with_room(Unit::Nanoseconds, 0.15);
    }
    // The first phase of the quickest lane begins at the axis's end, since 0 has no place on it: as wide there as
    // a factor of 3 is.
    let first = stages.iter().filter_map(|stages| stages.first()).map(|stage| stage.end_ns / 3.0);
    let first = first.fold(f64::INFINITY, f64::min).max(shortest / 30.0);
    Axis::log(title, Unit::Nanoseconds, totals.into_iter().chain([first])).with_room(Unit::Nanoseconds, 0.09)
}
