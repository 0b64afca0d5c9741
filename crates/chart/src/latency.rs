//! Latency by percentile.

use plimsoll_analysis::{Merged, names};
use plimsoll_format as format;
use plimsoll_model::{Case, Phase, Run, Slug, Unit};

use super::axis::percentile_place;
use super::rows::{Frame, Row, lane_keys, unprepared};
use super::spec::{Axis, Flag, Key, Mark, Point, Series, Stroke, Swatch};
use super::{Chart, ChartSpec};

/// Latency by percentile.
pub(super) struct Latency;

/// Points of a line in each decade of the percentile axis.
const PER_DECADE: f64 = 60.0;
/// Where a lane's symbol stands.
const SYMBOLS: [f64; 5] = [0.5, 0.9, 0.99, 0.999, 0.999_9];
/// How unlikely it must be that no value lies above a percentile for it to be drawn.
const MISSED: f64 = 0.05;
/// What a line that is shorter than others says.
pub(super) const LINE_ENDS: &str =
    "A line ends where there are too few requests for its percentile: P99 needs 299, P99.9 needs 2,995.";

impl Chart for Latency {
    fn slug(&self) -> &'static str {
        "latency"
    }

    fn title(&self) -> &'static str {
        "Latency by percentile"
    }

    fn spec(&self, run: &Run, case: &Case) -> ChartSpec {
        let rows = Row::all(run, case);
        let frame = Frame {
            slug: self.slug(),
            title: self.title(),
            includes: "All requests of the loaded trials together. Corrected: from when a request was due to the last \
                       byte of its right answer, so a stall is not hidden. Uncorrected: from when it was really \
                       sent. Every lane has the same rate, which does not wait for answers."
                .to_owned(),
            case,
        };
        let kinds = [(names::LATENCY, Stroke::Solid), (names::LATENCY_UNCORRECTED, Stroke::Dashed)];
        let mut notes = unprepared(run, &rows);
        let mut pools = Vec::new();
        for row in &rows {
            for (metric, stroke) in &kinds {
                let pool = Pool::of(run, row, metric, &mut notes);
                pools.extend((pool.count > 0).then_some((row, pool, *stroke)));
            }
        }
        if pools.is_empty() {
            return frame.nothing(run, &rows, why_none(run, case));
        }
        let most = pools.iter().map(|(_, pool, _)| pool.count).max().unwrap_or(1);
        let x = Axis::percentiles("percentile of requests", most);
        let values = pools.iter().flat_map(|(_, pool, _)| [pool.at_share(0.0), pool.at_share(1.0)]);
        let y = Axis::log("latency", Unit::Nanoseconds, values.map(|ns| ns as f64));
        let mut series: Vec<Series> =
            pools.iter().map(|(row, pool, stroke)| pool.corrected_or_not(row, *stroke, [&x, &y])).collect();
        for (row, pool, _) in pools.iter().filter(|(.., stroke)| *stroke == Stroke::Solid) {
            series.extend([pool.symbols(row, &y), pool.slowest(row, [&x, &y])]);
        }
        let mut spec = frame.chart(&rows, [x, y], series);
        spec.legend = lane_keys(&rows);
        let stroke =
            |name: &str, stroke| Key { name: name.to_owned(), lane: None, swatch: Swatch::Stroke(stroke) };
        spec.legend.extend([stroke("corrected", Stroke::Solid), stroke("uncorrected", Stroke::Dashed)]);
        spec.legend.push(Key { name: "slowest".to_owned(), lane: None, swatch: Swatch::Flag(Flag::Outlier) });
        let rate = run
            .load(case)
            .map(|load| format!("Loaded with {} in every lane. ", format::rate(load.rate_milli as f64)));
        notes.push(format!("{}{LINE_ENDS}", rate.unwrap_or_default()));
        spec.notes.splice(0..0, notes);
        spec
    }
}

pub(super) fn why_none(run: &Run, case: &Case) -> String {
    if run.workload(case).is_some_and(|record| !record.job.serves()) {
        return format!("`{case}` is a command: it runs once and exits, so there is no load on it.");
    }
    "No loaded trial has passed yet.".to_owned()
}

/// The latencies of one lane, all requests and trials together.
pub(super) struct Pool {
    /// Values in nanoseconds with how many values are at most that, ascending.
    at_most: Vec<(u64, u64)>,
    pub(super) count: u64,
}

impl Pool {
    pub(super) fn of(run: &Run, row: &Row<'_>, metric: &Slug, notes: &mut Vec<String>) -> Self {
        let mut merged = Merged::default();
        let mut unreadable = (0_usize, None);
        for trial in row.telling_of(Phase::Serve) {
            let of_metric = trial.histograms.iter().filter_map(|stored| {
                let series = run.series.get(stored.series as usize)?;
                (series.metric == *metric).then_some((series, stored))
            });
            let of_metric: Vec<_> = of_metric.collect();
            let whole = of_metric.iter().any(|(series, _)| series.request.is_none());
            for (_, stored) in of_metric.iter().filter(|(series, _)| series.request.is_none() || !whole) {
                if let Err(error) = merged.add(stored) {
                    unreadable = (unreadable.0 + 1, unreadable.1.or(Some(error.to_string())));
                }
            }
        }
        if let (count, Some(first)) = unreadable {
            notes.push(format!("{}: {count} histograms of `{metric}` can't be read: {first}", row.label));
        }
        let mut count = 0_u64;
        let steps = merged.counts().map(|(value, times)| {
            count = count.saturating_add(times);
            (value, count)
        });
        let at_most = steps.collect();
        Self { at_most, count }
    }

    /// The smallest value that at least this share of all values does not exceed.
    pub(super) fn at_share(&self, share: f64) -> u64 {
        let rank = ((share * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let at = self.at_most.partition_point(|(_, count)| *count < rank);
        self.at_most.get(at).or(self.at_most.last()).map_or(0, |(value, _)| *value)
    }

    /// The highest share above which a value lies with 95 %: 1 − qⁿ ≥ 0.95.
    fn last_share(&self) -> f64 {
        MISSED.powf(1.0 / self.count.max(1) as f64)
    }

    fn point(&self, row: &Row<'_>, share: f64, y: &Axis) -> Point {
        let ns = self.at_share(share) as f64;
        let label = format!("{} P{}: {}", row.label, percent(share), format::duration(ns));
        Point::at(percentile_place(share), y.place(ns), label)
    }

    fn corrected_or_not(&self, row: &Row<'_>, stroke: Stroke, axes: [&Axis; 2]) -> Series {
        let name = if stroke == Stroke::Solid { "corrected" } else { "uncorrected" };
        self.line(row, name, stroke, axes)
    }

    /// As far as there are requests.
    pub(super) fn line(&self, row: &Row<'_>, name: &str, stroke: Stroke, [x, y]: [&Axis; 2]) -> Series {
        let mut line = row.series(name, Mark::Line);
        line.stroke = stroke;
        let end = percentile_place(self.last_share()).min(x.max);
        let steps = (end * PER_DECADE).floor() as u32;
        let places = (0..=steps).map(|step| f64::from(step) / PER_DECADE).chain([end]);
        line.points = places.map(|place| self.point(row, 1.0 - 10_f64.powf(-place), y)).collect();
        line.points.dedup_by(|next, last| (next.x - last.x).abs() < 1e-9);
        line
    }

    pub(super) fn symbols(&self, row: &Row<'_>, y: &Axis) -> Series {
        let mut symbols = row.series("percentiles", Mark::Points);
        let shares = SYMBOLS.into_iter().filter(|share| *share <= self.last_share());
        symbols.points = shares.map(|share| self.point(row, share, y)).collect();
        symbols
    }

    /// The slowest request of all, where its share would be.
    fn slowest(&self, row: &Row<'_>, [x, y]: [&Axis; 2]) -> Series {
        let mut slowest = row.series("slowest", Mark::Points);
        let ns = self.at_share(1.0) as f64;
        let label = format!("{}, slowest of {} requests: {}", row.label, self.count, format::duration(ns));
        let place = percentile_place(1.0 - 1.0 / self.count.max(2) as f64).min(x.max);
        slowest.points.push(Point { flag: Some(Flag::Outlier), ..Point::at(place, y.place(ns), label) });
        slowest
    }
}

/// A percentile as it is spoken: `50`, `99.9`.
fn percent(share: f64) -> String {
    let millionths = (share * 1e6).round() as u64;
    let digits = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
