//! Start-up, phase by phase.

use plimsoll_analysis::{Interval, median, median_interval};
use plimsoll_format as format;
use plimsoll_model::{Phase, Trial, Unit};

use super::beside::Beside;
use super::frame::Frame;
use super::rows::Row;
use super::spec::{Axis, Fill, Key, Mark, Point, Series, Stroke, Swatch};
use super::{About, Chart, ChartSpec, Layers};

/// Start-up, phase by phase.
pub(super) struct Waterfall;

/// Lower and upper edge of a bar and the height of the words below it, from the middle of the row.
const EDGES: [f64; 2] = [-0.1, 0.36];
const CAPTION: f64 = -0.28;
/// Of the interval of the whole.
const CONFIDENCE: f64 = 0.95;

/// One phase in a lane's trials.
struct Stage {
    phase: Phase,
    /// Its share of the whole, on the average: of all stages together 1.
    share: f64,
    /// Median duration in nanoseconds.
    took_ns: f64,
}

/// The start-ups of a lane.
struct Start {
    stages: Vec<Stage>,
    /// Median of the whole in nanoseconds.
    whole_ns: f64,
    interval: Option<Interval>,
}

impl Chart for Waterfall {
    fn about(&self) -> About<'_> {
        About { slug: "waterfall", title: "Start-up by phase", lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let (rows, starts) = layers.ranked(Start::of, |start| start.as_ref().map(|start| start.whole_ns));
        let includes = "From the call that makes an instance exist: create until it exists, start until its own code \
                       runs or, of a container, the engine says that it does, ready until the last byte of the first right answer, or the exit of a command, on one \
                       observer's clock in every lane. A phase that a lane does not tell apart is in the next one. Left: the share of each phase, averaged over the passed \
                       trials; below it the phases' own medians, in this order. Right: the median of the whole; line: its 95 % interval.";
        let frame = Frame::of(self, layers, includes, "the median of the whole");
        if starts.iter().all(Option::is_none) {
            return frame.nothing(&rows, "No trial has passed yet.".to_owned());
        }
        let x = axes(&starts);
        let mut series = Vec::new();
        for (row, start) in rows.iter().zip(&starts) {
            match start {
                Some(start) => series.extend(start.drawn(row, &x)),
                None => series.push(row.absent("no passed trial", x.left(0.0), row.middle)),
            }
        }
        let legend = Phase::COLD_START.map(|phase| Key::of(phase.as_str(), Swatch::Fill(fill(phase))));
        frame.chart(&rows, [x.axis(), Axis::rows(&rows)], series, legend.to_vec(), Vec::new())
    }
}

impl Start {
    /// The passed trials of a row; `None` where there are none.
    fn of(row: &Row<'_>) -> Option<Self> {
        let whole = |trial: &&Trial| spans(trial).map(|(_, _, end_ns)| end_ns).max().unwrap_or(0);
        let trials: Vec<&Trial> = row.telling_of(Phase::Ready).filter(|trial| whole(trial) > 0).collect();
        let wholes: Vec<f64> = trials.iter().map(|trial| whole(trial) as f64).collect();
        let stage = |phase: Phase| {
            let found = trials.iter().filter_map(|trial| {
                let took: Vec<(Phase, u64)> =
                    spans(trial).map(|(of, begin, end)| (of, end.saturating_sub(begin))).collect();
                let all: u64 = took.iter().map(|(_, ns)| *ns).fold(0, u64::saturating_add);
                let own = took.iter().find(|(of, _)| *of == phase)?.1 as f64;
                Some((own, if all == 0 { 0.0 } else { own / all as f64 }))
            });
            let (took, shares): (Vec<f64>, Vec<f64>) = found.unzip();
            let share = shares.iter().sum::<f64>() / trials.len() as f64;
            Some(Stage { phase, share, took_ns: median(&took)? })
        };
        Some(Self {
            whole_ns: median(&wholes)?,
            interval: median_interval(&wholes, CONFIDENCE).ok(),
            stages: Phase::COLD_START.into_iter().filter_map(stage).collect(),
        })
    }

    /// The bar with its words, then the dot with its own.
    fn drawn(&self, row: &Row<'_>, x: &Beside) -> Vec<Series> {
        let middle = row.middle;
        let mut series = Vec::new();
        let mut from = 0.0;
        for Stage { phase, share, took_ns } in &self.stages {
            let to = f64::min(from + share, 1.0);
            let label =
                format!("{}, {phase}: {:.0} %, {}", row.label, share * 100.0, format::duration(*took_ns));
            let span = Point::span([from, to].map(|at| x.left(at)), EDGES.map(|edge| middle + edge), label);
            series.push(Series { fill: fill(*phase), ..row.single(phase.as_str(), Mark::Spans, span) });
            from = to;
        }
        let caption = Point::at(x.left(0.0), middle + CAPTION, words(&self.stages));
        series.push(row.single("phases", Mark::Captions, Point { x2: Some(x.left(1.0)), ..caption }));
        let height = middle + f64::midpoint(EDGES[0], EDGES[1]);
        let whole = format::duration(self.whole_ns);
        let mut end = self.whole_ns;
        let mut told = format!("{}: {whole}", row.label);
        if let Some(Interval { low, high }) = self.interval {
            end = end.max(high);
            told = format!("{told}, between {} and {}", format::duration(low), format::duration(high));
            let ends = [low, high].map(|ns| Point::at(x.right(ns), height, told.clone()));
            series.push(Series {
                points: ends.to_vec(),
                stroke: Stroke::Solid,
                ..row.series("interval", Mark::Line)
            });
        }
        series.push(row.single("whole", Mark::Points, Point::at(x.right(self.whole_ns), height, told)));
        series.push(row.single("total", Mark::Labels, Point::at(x.right(end), height, whole)));
        series
    }
}

/// The durations of the phases in their order.
fn words(stages: &[Stage]) -> String {
    let took = |phase: Phase| stages.iter().find(|stage| stage.phase == phase).map(|stage| stage.took_ns);
    Phase::COLD_START.map(|phase| took(phase).map_or("–".to_owned(), format::duration)).join(" · ")
}

fn fill(phase: Phase) -> Fill {
    match phase {
        Phase::Create => Fill::Rising,
        Phase::Ready => Fill::Dotted,
        _ => Fill::Solid,
    }
}

/// The phases of a start, where each begins and where it ends in nanoseconds after the call.
fn spans(trial: &Trial) -> impl Iterator<Item = (Phase, u64, u64)> {
    let of_start = trial.spans.iter().filter(|span| Phase::COLD_START.contains(&span.phase));
    of_start.map(|span| (span.phase, span.begin_ns, span.end_ns))
}

/// Shares, and beside them the whole on one logarithmic scale for all lanes.
fn axes(starts: &[Option<Start>]) -> Beside {
    let ends = |start: &Start| {
        let interval = start.interval.into_iter().flat_map(|interval| [interval.low, interval.high]);
        interval.chain([start.whole_ns]).collect::<Vec<_>>()
    };
    let values = starts.iter().flatten().flat_map(ends);
    let whole = Axis::log("whole start-up, logarithmic", Unit::Nanoseconds, values);
    Beside { left: Axis::share("share of the start-up"), right: whole.with_room(Unit::Nanoseconds, 0.22) }
}
