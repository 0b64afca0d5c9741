//! One metric, trial by trial.

use plimsoll_analysis::{median, names, quantile};
use plimsoll_format::{self as format, plain};
use plimsoll_model::{Charted, Metric, Outcome, Phase, Run, Trial, Unit};

use super::frame::Frame;
use super::rows::{Row, Wanted};
use super::spec::{Axis, Flag, Key, Mark, Point, Series, Swatch};
use super::thin::{self, keep};
use super::{About, Chart, ChartSpec, Layers};

/// Every trial's value.
pub(super) struct Distribution<'run> {
    /// Absent: the cold start.
    of: Option<&'run Metric>,
}

/// One for each metric of a run that asks for it, but the one that every run has.
pub(super) fn asked_for(run: &Run) -> impl Iterator<Item = Distribution<'_>> {
    let asks =
        |metric: &&Metric| metric.chart == Some(Charted::Distribution) && metric.slug != names::COLD_START;
    run.metrics.iter().filter(asks).map(|metric| Distribution { of: Some(metric) })
}

impl Distribution<'_> {
    /// Of the cold start.
    pub(super) const COLD_START: Self = Self { of: None };

    /// What is drawn: of several phases the last one that has values.
    fn wanted(&self, run: &Run) -> Wanted {
        let Some(metric) = self.of else {
            return Wanted::of(run, names::COLD_START.as_str(), Phase::Ready, None);
        };
        let whole = |series: &&plimsoll_model::Series| {
            series.metric == metric.slug
                && series.request.is_none()
                && series.subject.as_ref().is_none_or(|subject| *subject == names::INSTANCE)
        };
        let last = run.series.iter().filter(whole).max_by_key(|series| series.phase);
        let (phase, subject) =
            last.map_or((Phase::Ready, None), |series| (series.phase, series.subject.as_ref()));
        Wanted::of(run, metric.slug.as_str(), phase, subject.map(|subject| subject.as_str()))
    }

    fn unit(&self) -> Unit {
        self.of.map_or(Unit::Nanoseconds, |metric| metric.unit)
    }
}

impl Chart for Distribution<'_> {
    fn about(&self) -> About<'_> {
        let (slug, title) = self.of.map_or(("distribution", "Cold starts, every trial"), |metric| {
            (metric.slug.as_str(), &metric.name)
        });
        About { slug, title, lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let (run, unit) = (layers.new.run, self.unit());
        let wanted = self.wanted(run);
        let (rows, values_of) = layers.ranked(|row| Values::of(row, &wanted, unit), Values::median);
        let about = self.of.map_or_else(
            || {
                "from the call that makes an instance exist to the last byte of the first right answer, or to the exit of \
                 a command. Building, pulling and compiling are not in it."
                    .to_owned()
            },
            |metric| plain(&metric.help),
        );
        let includes = format!(
            "One dot a trial: {about} Box: the middle half, with the median; whiskers: within 1.5 times the box beyond it."
        );
        let frame = Frame::of(self, layers, &includes, "their median");
        let values = || values_of.iter().flat_map(Values::all);
        if values().next().is_none() && values_of.iter().all(|values| values.lost.is_empty()) {
            return frame.nothing(&rows, "No trial has ended yet.".to_owned());
        }
        if values_of.iter().map(Values::dots).sum::<usize>() == 1 {
            return frame
                .nothing(&rows, "There is one trial alone: its value stands in the table.".to_owned());
        }
        let title = self.of.map_or("cold start".into(), |metric| metric.in_words());
        let x = match values().all(|value| value > 0.0) {
            true => Axis::log(&plain(&title), unit, values()),
            false => Axis::from_zero(&plain(&title), unit, values()),
        };
        let x = x.with_room(unit, 0.09);
        let (mut series, mut notes) = (Vec::new(), Vec::new());
        for (row, values) in rows.iter().zip(&values_of) {
            series.extend(values.drawn(row, &x, &mut notes));
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

/// The values of one lane.
struct Values<'run> {
    unit: Unit,
    /// Those in figures, in the order in which they ran.
    passed: Vec<(&'run Trial, f64)>,
    /// Those in no figure, with their value where they have one.
    lost: Vec<(&'run Trial, Option<f64>)>,
}

impl<'run> Values<'run> {
    fn of(row: &Row<'run>, wanted: &Wanted, unit: Unit) -> Self {
        let mut values = Self { unit, passed: Vec::new(), lost: Vec::new() };
        for trial in &row.trials {
            let value = wanted.value(&trial.samples);
            match trial.outcome {
                Outcome::Passed | Outcome::Invalid { .. } => {
                    values.passed.extend(value.map(|value| (*trial, value)));
                }
                Outcome::Failed { .. } => values.lost.push((trial, value)),
                Outcome::Interrupted => {}
            }
        }
        values
    }

    /// How many marks it has.
    fn dots(&self) -> usize {
        self.passed.len() + self.lost.len()
    }

    fn median(&self) -> Option<f64> {
        median(&self.passed.iter().map(|(_, value)| *value).collect::<Vec<_>>())
    }

    fn all(&self) -> impl Iterator<Item = f64> {
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
            series.push(row.single("middle half", Mark::Boxes, found.point(row, self.unit, x)));
            let words = format::value(found.median, self.unit);
            let label = Point::at(x.place(found.high.max(found.quartiles[1])), middle - 0.19, words);
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
            let label =
                format!("{}, trial {}: {}", row.label, trial.position, format::value(*value, self.unit));
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
        let none = if self.unit == Unit::Nanoseconds { "no time" } else { "no value" };
        for (at, (trial, value)) in kept.iter().filter_map(|at| Some((*at, self.lost.get(*at)?))) {
            let time = value.map_or(none.to_owned(), |value| format::value(value, self.unit));
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

    fn point(&self, row: &Row<'_>, unit: Unit, x: &Axis) -> Point {
        let [lower, upper] = self.quartiles;
        let words = format!(
            "{}: median {}, middle half {} to {}",
            row.label,
            format::value(self.median, unit),
            format::value(lower, unit),
            format::value(upper, unit)
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
