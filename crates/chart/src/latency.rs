//! Latency by percentile.

use plimsoll_analysis::{Merged, names};
use plimsoll_format as format;
use plimsoll_model::{Case, Phase, Run, Slug, Unit};

use super::axis::percentile_place;
use super::brief::FEW;
use super::frame::Frame;
use super::rows::{Row, invalid_loads};
use super::spec::{Axis, Fill, Flag, Key, Mark, Point, Series, Swatch};
use super::{About, Chart, ChartSpec, Layer, Layers};

/// Latency by percentile.
pub(super) struct Latency;

/// Points of a line in each decade of the percentile axis.
const PER_DECADE: f64 = 60.0;
/// Where a lane's symbol stands.
const SYMBOLS: [f64; 5] = [0.5, 0.9, 0.99, 0.999, 0.999_9];
/// How unlikely it must be that no value lies above a percentile for it to be drawn.
const MISSED: f64 = 0.05;
/// What a line that is shorter than others says.
const LINE_ENDS: &str =
    "A line ends where there are too few requests for its percentile: P99 needs 299, P99.9 needs 2,995.";
const INCLUDES: &str = "All requests of the loaded trials together. Corrected: from when a request was due to the last \
                        byte of its right answer, so a stall is not hidden. Uncorrected: from when it was really \
                        sent. Every lane has the same rate, which does not wait for answers.";
const INCLUDES_OVER: &str = "All requests of the loaded trials together, from when a request was due to the last byte of \
                             its right answer, so a stall is not hidden. The rate does not wait for answers.";

impl Chart for Latency {
    fn about(&self) -> About<'_> {
        About { slug: "latency", title: "Latency by percentile", lays_over: true }
    }

    fn suits(&self, run: &Run, case: &Case) -> bool {
        run.workload(case).is_none_or(|record| record.job.serves())
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let mut notes = Vec::new();
        let (rows, whole) = layers.ranked(
            |row| Pool::of(row, &names::LATENCY, &mut notes),
            |pool| (pool.count > 0).then(|| pool.at_share(0.99) as f64),
        );
        let is_over = layers.base.is_some();
        let frame = Frame::of(self, layers, if is_over { INCLUDES_OVER } else { INCLUDES }, "P99");
        // Two runs, or many lanes, leave no room for what is uncorrected.
        let is_alone = is_over || rows.len() > FEW;
        let mut pools = Vec::new();
        for (row, pool) in rows.iter().zip(whole) {
            pools.push((row, pool, if is_alone { "" } else { "corrected" }, true));
            if !is_alone {
                let sent = Pool::of(row, &names::LATENCY_UNCORRECTED, &mut notes);
                pools.push((row, sent, "uncorrected", false));
            }
        }
        pools.retain(|(_, pool, ..)| pool.count > 0);
        let Some(most) = pools.iter().map(|(_, pool, ..)| pool.count).max() else {
            return frame.nothing(&rows, why_none(layers.new));
        };
        let x = Axis::percentiles("percentile of requests", most);
        let values = pools.iter().flat_map(|(_, pool, ..)| [pool.at_share(0.0), pool.at_share(1.0)]);
        let y = Axis::log("latency", Unit::Nanoseconds, values.map(|ns| ns as f64));
        let mut series: Vec<Series> = pools
            .iter()
            .map(|(row, pool, name, corrected)| {
                let mut line = pool.line(row, name, [&x, &y]);
                line.fill = if *corrected { line.fill } else { Fill::Open };
                line
            })
            .collect();
        for (row, pool, ..) in pools.iter().filter(|(.., corrected)| *corrected) {
            series.push(pool.symbols(row, &y));
            series.extend((!is_over).then(|| pool.slowest(row, [&x, &y])));
        }
        let mut legend = layers.legend(&rows, &series);
        if !is_alone {
            legend.push(Key::of("corrected", Swatch::Line(Fill::Solid)));
            legend.push(Key::of("uncorrected", Swatch::Line(Fill::Open)));
        } else if !is_over {
            notes.push(format!("Of more than {FEW} lanes, uncorrected latencies are left out."));
        }
        legend.extend((!is_over).then(|| Key::of("slowest", Swatch::Flag(Flag::Outlier))));
        notes.push(format!("{}{LINE_ENDS}", rates(layers)));
        notes.extend(invalid_loads(&rows));
        frame.chart(&rows, [x, y], series, legend, notes)
    }
}

/// How much load there was.
fn rates(layers: &Layers<'_>) -> String {
    let rate =
        |Layer { run, case, .. }: Layer<'_>| run.load(case).map(|load| format::rate(load.rate_milli as f64));
    let rates: Vec<_> = layers.each().map(rate).collect();
    match rates.as_slice() {
        [Some(base), Some(new)] if base != new => {
            format!("Loaded with {base} in the base and {new} in the new run. ")
        }
        [Some(rate)] | [Some(rate), Some(_)] => format!("Loaded with {rate} in every lane. "),
        _ => String::new(),
    }
}

fn why_none(Layer { run, case, .. }: Layer<'_>) -> String {
    if run.workload(case).is_some_and(|record| !record.job.serves()) {
        return format!("`{case}` is a command: it runs once and exits, so there is no load on it.");
    }
    "No loaded trial has passed yet.".to_owned()
}

/// The latencies of one lane, all requests and trials together.
struct Pool {
    /// Values in nanoseconds with how many values are at most that, ascending.
    at_most: Vec<(u64, u64)>,
    count: u64,
}

impl Pool {
    fn of(row: &Row<'_>, metric: &Slug, notes: &mut Vec<String>) -> Self {
        let mut merged = Merged::default();
        let mut unreadable = (0_usize, None);
        for trial in row.telling_of(Phase::Serve) {
            let of_metric = trial.histograms.iter().filter_map(|stored| {
                let series = row.run.series.get(stored.series as usize)?;
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
    fn at_share(&self, share: f64) -> u64 {
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

    /// As far as there are requests.
    fn line(&self, row: &Row<'_>, name: &str, [x, y]: [&Axis; 2]) -> Series {
        let mut line = row.series(name, Mark::Line);
        let end = percentile_place(self.last_share()).min(x.max);
        let steps = (end * PER_DECADE).floor() as u32;
        let places = (0..=steps).map(|step| f64::from(step) / PER_DECADE).chain([end]);
        line.points = places.map(|place| self.point(row, 1.0 - 10_f64.powf(-place), y)).collect();
        line.points.dedup_by(|next, last| (next.x - last.x).abs() < 1e-9);
        line
    }

    fn symbols(&self, row: &Row<'_>, y: &Axis) -> Series {
        let mut symbols = row.series("percentiles", Mark::Points);
        let shares = SYMBOLS.into_iter().filter(|share| *share <= self.last_share());
        symbols.points = shares.map(|share| self.point(row, share, y)).collect();
        symbols
    }

    /// The slowest request of all, where its share would be.
    fn slowest(&self, row: &Row<'_>, [x, y]: [&Axis; 2]) -> Series {
        let ns = self.at_share(1.0) as f64;
        let label = format!("{}, slowest of {} requests: {}", row.label, self.count, format::duration(ns));
        let place = percentile_place(1.0 - 1.0 / self.count.max(2) as f64).min(x.max);
        let point = Point { flag: Some(Flag::Outlier), ..Point::at(place, y.place(ns), label) };
        row.single("slowest", Mark::Points, point)
    }
}

/// A percentile as it is spoken: `50`, `99.9`.
fn percent(share: f64) -> String {
    let millionths = (share * 1e6).round() as u64;
    let digits = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
