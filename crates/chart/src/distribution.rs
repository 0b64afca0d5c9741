//! Every cold start.

use plimsoll_analysis::quantile;
use plimsoll_format as format;
use plimsoll_model::{Outcome, Phase, Trial, Unit};

use super::frame::Frame;
use super::rows::{Row, Wanted};
use super::spec::{Axis, Flag, Key, Mark, Point, Series, Swatch};
use super::thin::{self, keep};
use super::{About, Chart, ChartSpec, Layers};

/// Every cold start.
pub(super) struct Distribution;

impl Chart for Distribution {
    fn about(&self) -> About<'_> {
        About { slug: "distribution", title: "Cold starts, every trial", lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let (run, rows) = (layers.new.run, layers.rows());
        let includes = "One dot a trial: from the call that makes an instance exist to the last byte of the first \
                       right answer, or to the exit of a command. Building, pulling and compiling are not in it. \
                       Box: the middle half, with the median; whiskers: within 1.5 times the box beyond it.";
        let frame = Frame::of(self, layers, includes);
        let wanted = Wanted::of(run, "cold_start", Phase::Ready, None);
        let starts: Vec<Starts<'_>> = rows.iter().map(|row| Starts::of(row, &wanted)).collect();
        let values = || starts.iter().flat_map(Starts::values);
        if values().next().is_none() && starts.iter().all(|starts| starts.lost.is_empty()) {
            return frame.nothing(&rows, "No trial has ended yet.".to_owned());
        }
        let x = Axis::log("cold start", Unit::Nanoseconds, values()).with_room(Unit::Nanoseconds, 0.09);
        let (mut series, mut notes) = (Vec::new(), Vec::new());
        for (row, starts) in rows.iter().zip(&starts) {
            series.extend(starts.drawn(row, &x, &mut notes));
        }
        let flags: Vec<Flag> =
            series.iter().flat_map(|series| &series.points).filter_map(|point| point.flag).collect();
        let legend = [(Flag::Outlier, "outlier, in every figure"), (Flag::Failed, "failed, in no figure")]
            .into_iter()
            .filter(|(flag, _)| flags.contains(flag))
            .map(|(flag, name)| Key::of(name, Swatch::Flag(flag)));
        frame.chart(&rows, [x, Axis::rows(&rows)], series, legend.collect(), notes)
    }
}

/// The cold starts of one lane.
struct Starts<'run> {
    /// Those in figures, in the order in which they ran.
    passed: Vec<(&'run Trial, f64)>,
    /// Those in no figure, with their time where they have one.
    lost: Vec<(&'run Trial, Option<f64>)>,
}

impl<'run> Starts<'run> {
    fn of(row: &Row<'run>, wanted: &Wanted) -> Self {
        let mut starts = Self { passed: Vec::new(), lost: Vec::new() };
        for trial in &row.trials {
            let value = wanted.value(&trial.samples);
            match trial.outcome {
                Outcome::Passed | Outcome::Invalid { .. } => {
                    starts.passed.extend(value.map(|value| (*trial, value)));
                }
                Outcome::Failed { .. } => starts.lost.push((trial, value)),
                Outcome::Interrupted => {}
            }
        }
        starts
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        let lost = self.lost.iter().filter_map(|(_, value)| *value);
        self.passed.iter().map(|(_, value)| *value).chain(lost)
    }

    /// Dots in the upper half of the row, the box in the lower one, its median in words.
    fn drawn(&self, row: &Row<'_>, x: &Axis, notes: &mut Vec<String>) -> Vec<Series> {
        let middle = row.middle;
        let mut sorted: Vec<f64> = self.passed.iter().map(|(_, value)| *value).collect();
        sorted.sort_by(f64::total_cmp);
        let mut series = Vec::new();
        let figure = Box::of(&sorted);
        if let Some(found) = &figure {
            series.push(row.single("middle half", Mark::Boxes, found.point(row, x)));
            let label = Point::at(x.place(found.high), middle - 0.19, format::duration(found.median));
            series.push(row.single("median", Mark::Labels, label));
        }
        let mut dots = row.series("trials", Mark::Dots);
        let inside =
            |value: f64| figure.as_ref().is_none_or(|found| (found.low..=found.high).contains(&value));
        let is_end = |value: f64| [sorted.first(), sorted.last()].contains(&Some(&value));
        let matters =
            |at: usize| self.passed.get(at).is_some_and(|(_, value)| !inside(*value) || is_end(*value));
        let kept = keep(self.passed.len(), matters);
        notes.extend(thin::note(&row.label, kept.len(), self.passed.len()));
        for (trial, value) in kept.iter().filter_map(|at| self.passed.get(*at)) {
            let label = format!("{}, trial {}: {}", row.label, trial.position, format::duration(*value));
            let mut point = Point::at(x.place(*value), jitter(trial.position, middle), label);
            point.flag = (!inside(*value)).then_some(Flag::Outlier);
            dots.points.push(point);
        }
        if self.passed.is_empty() {
            series.push(row.absent("no passed trial", x.min, middle - 0.19));
        }
        series.push(dots);
        series.extend(self.flagged(row, x, notes));
        series
    }

    /// What is in no figure: at its time where it has one, else at the right edge.
    fn flagged(&self, row: &Row<'_>, x: &Axis, notes: &mut Vec<String>) -> Option<Series> {
        let mut signs = row.series("in no figure", Mark::Dots);
        let kept = keep(self.lost.len(), |_| false);
        notes.extend(thin::note(&format!("{} in no figure", row.label), kept.len(), self.lost.len()));
        for (at, (trial, value)) in kept.iter().filter_map(|at| Some((*at, self.lost.get(*at)?))) {
            let time = value.map_or("no time".to_owned(), format::duration);
            let label = format!("{}, trial {}, failed: {time}", row.label, trial.position);
            let edge = x.max - (x.max - x.min) * 0.012;
            let place = value.map_or(edge, |value| x.place(value));
            // Those at the edge differ in height alone.
            let height = jitter(if value.is_some() { trial.position } else { at as u32 }, row.middle);
            let point = Point { flag: Some(Flag::Failed), ..Point::at(place, height, label) };
            signs.points.push(point);
        }
        (!signs.points.is_empty()).then_some(signs)
    }
}

/// Quartiles and Tukey's whiskers.
struct Box {
    quartiles: [f64; 2],
    median: f64,
    low: f64,
    high: f64,
}

impl Box {
    fn of(sorted: &[f64]) -> Option<Self> {
        let [lower, median, upper] = [0.25, 0.5, 0.75].map(|q| quantile(sorted, q));
        let (lower, median, upper) = (lower?, median?, upper?);
        let reach = 1.5 * (upper - lower);
        let inside =
            || sorted.iter().copied().filter(|value| (lower - reach..=upper + reach).contains(value));
        let (low, high) = (inside().next().unwrap_or(lower), inside().next_back().unwrap_or(upper));
        Some(Self { quartiles: [lower, upper], median, low, high })
    }

    fn point(&self, row: &Row<'_>, x: &Axis) -> Point {
        let [lower, upper] = self.quartiles;
        let words = format!(
            "{}: median {}, middle half {} to {}",
            row.label,
            format::duration(self.median),
            format::duration(lower),
            format::duration(upper)
        );
        Point {
            low: Some(x.place(self.low)),
            median: Some(x.place(self.median)),
            high: Some(x.place(self.high)),
            ..Point::span([x.place(lower), x.place(upper)], [row.middle - 0.30, row.middle - 0.08], words)
        }
    }
}

/// A height in the upper half of the row: by the trial's position, so that a trial keeps its place. Multiples of
/// the golden ratio lie evenly, however many there are.
fn jitter(position: u32, middle: f64) -> f64 {
    middle + 0.06 + 0.32 * (f64::from(position) * 0.618_033_988_749_895).fract()
}
