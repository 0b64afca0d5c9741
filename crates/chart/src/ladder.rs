//! Who spends the time: every lane a rung, with what it costs over the one before.

use plimsoll_analysis::names::{COLD_START, GROUP_PEAK, INSTANCE, PSS};
use plimsoll_analysis::{median, quantile};
use plimsoll_format as format;
use plimsoll_model::{Case, Phase, Run, Unit};

use super::beside::Beside;
use super::frame::Frame;
use super::rows::{Row, Wanted};
use super::spec::{Axis, Fill, Mark, Point, Series};
use super::{About, Chart, ChartSpec, Layers};

/// Who spends the time, and what it holds meanwhile.
pub(super) struct Ladder;

/// Fewer lanes are no ladder.
const LEAST: usize = 3;
/// How high a bar is that shows the middle half, in rows.
const HALF: f64 = 0.12;

/// One figure of one lane.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Told {
    median: f64,
    quartiles: [f64; 2],
}

/// One lane.
struct Rung {
    cold: Option<Told>,
    memory: Option<Told>,
}

/// Where a run has what a rung tells.
struct Books {
    cold: Wanted,
    memory: Wanted,
    /// What the memory is, in words.
    memory_words: &'static str,
}

impl Books {
    /// Where no instance of the case can be looked at when it is ready, for it has ended, the most that its group held.
    fn of(run: &Run, rows: &[Row<'_>]) -> Self {
        let pss = Wanted::of(run, PSS.as_str(), Phase::Ready, Some(INSTANCE.as_str()));
        let is_seen =
            |row: &Row<'_>| row.telling_of(Phase::Ready).any(|trial| pss.value(&trial.samples).is_some());
        let begun = || rows.iter().filter(|row| row.telling_of(Phase::Ready).next().is_some());
        let (memory, memory_words) = if begun().next().is_some() && begun().all(is_seen) {
            (pss, "memory, PSS when ready")
        } else {
            let last = run
                .series
                .iter()
                .filter(|series| series.metric == GROUP_PEAK)
                .map(|series| series.phase)
                .max();
            let subject = run
                .series
                .iter()
                .find(|series| series.metric == GROUP_PEAK)
                .and_then(|series| series.subject.as_ref());
            let peak = Wanted::of(
                run,
                GROUP_PEAK.as_str(),
                last.unwrap_or(Phase::Stop),
                subject.map(|subject| subject.as_str()),
            );
            (peak, "memory, peak of the control group")
        };
        Self { cold: Wanted::of(run, COLD_START.as_str(), Phase::Ready, None), memory, memory_words }
    }
}

impl Told {
    fn of(row: &Row<'_>, wanted: &Wanted) -> Option<Self> {
        let values = row.trials.iter().filter(|trial| trial.tells_of(Phase::Ready));
        let mut values: Vec<f64> = values.filter_map(|trial| wanted.value(&trial.samples)).collect();
        values.sort_by(f64::total_cmp);
        let quartile = |share| quantile(&values, share);
        Some(Self { median: median(&values)?, quartiles: [quartile(0.25)?, quartile(0.75)?] })
    }

    /// What it is over the one before; `≈` where their middle halves overlap.
    fn step(self, before: Self) -> String {
        let apart = self.quartiles[0] > before.quartiles[1] || self.quartiles[1] < before.quartiles[0];
        match (apart, before.median > 0.0) {
            (true, true) => format!(" · {}", format::ratio(self.median / before.median)),
            (false, _) => " · ≈".to_owned(),
            (true, false) => String::new(),
        }
    }

    /// The middle half, the median, and words.
    fn drawn(
        self,
        row: &Row<'_>,
        (name, unit): (&str, Unit),
        step: &str,
        place: impl Fn(f64) -> f64,
        end: f64,
    ) -> [Series; 3] {
        let [low, high] = self.quartiles;
        let words = format::value(self.median, unit);
        let whole = format!(
            "{}, {name}: {words}, middle half {} to {}",
            row.label,
            format::value(low, unit),
            format::value(high, unit)
        );
        let edges = [row.middle - HALF, row.middle + HALF];
        let half = Point::span([place(low), place(high)], edges, whole.clone());
        let label = Point {
            x2: Some(end),
            ..Point::at(place(self.median.max(high)), row.middle, format!("{words}{step}"))
        };
        [
            Series { fill: Fill::Open, ..row.single(&format!("{name}, middle half"), Mark::Spans, half) },
            row.single(name, Mark::Points, Point::at(place(self.median), row.middle, whole)),
            row.single(&format!("{name}, words"), Mark::Labels, label),
        ]
    }
}

impl Chart for Ladder {
    fn about(&self) -> About<'_> {
        About { slug: "ladder", title: "Who spends the time", lays_over: false }
    }

    fn suits(&self, run: &Run, case: &Case) -> bool {
        run.rows.iter().filter(|row| row.case == *case).count() >= LEAST
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let run = layers.new.run;
        let books = Books::of(run, &layers.rows());
        let (rows, rungs) = layers.ranked(
            |row| Rung { cold: Told::of(row, &books.cold), memory: Told::of(row, &books.memory) },
            |rung| rung.cold.map(|cold| cold.median),
        );
        let includes = "Each lane is a rung: its median cold start and memory, with a bar for the middle half of its trials. \
                        A factor is over the rung above it; ≈: their middle halves overlap; factors are of medians, and no verdict. PSS is of the instance's own processes: shim, proxy and daemon are not in it.";
        let frame = Frame::of(self, layers, includes, "their median cold start").whole();
        let cold: Vec<f64> = values(&rungs, |rung| rung.cold);
        if cold.len() < 2 {
            return frame.nothing(&rows, "There are no two lanes yet whose start passed.".to_owned());
        }
        let memory = values(&rungs, |rung| rung.memory);
        let scales = Beside {
            left: Axis::log("cold start", Unit::Nanoseconds, cold).with_room(Unit::Nanoseconds, 0.6),
            right: Axis::log(books.memory_words, Unit::Bytes, memory).with_room(Unit::Bytes, 0.65),
        };
        let (left_end, right_end) = (scales.left(f64::MAX), scales.right(f64::MAX));
        let mut series = Vec::new();
        let mut before: Option<&Rung> = None;
        for (row, rung) in rows.iter().zip(&rungs) {
            let over = |of: fn(&Rung) -> Option<Told>| match (of(rung), before.and_then(of)) {
                (Some(told), Some(before)) => told.step(before),
                _ => String::new(),
            };
            match rung.cold {
                Some(told) => {
                    let step = over(|rung| rung.cold);
                    let place = |value| scales.left(value);
                    series.extend(told.drawn(row, ("cold start", Unit::Nanoseconds), &step, place, left_end));
                }
                None => series.push(row.absent("no start passed", scales.left(0.0), row.middle)),
            }
            match rung.memory {
                Some(told) => {
                    let step = over(|rung| rung.memory);
                    let place = |value| scales.right(value);
                    series.extend(told.drawn(row, ("memory", Unit::Bytes), &step, place, right_end));
                }
                None => series.push(row.absent("not known", scales.right(0.0), row.middle)),
            }
            if rung.cold.is_some() {
                before = Some(rung);
            }
        }
        let notes = vec!["Both axes are logarithmic: equal distances are equal factors.".to_owned()];
        frame.chart(&rows, [scales.axis(), Axis::rows(&rows)], series, Vec::new(), notes)
    }
}

fn values(rungs: &[Rung], of: fn(&Rung) -> Option<Told>) -> Vec<f64> {
    rungs.iter().filter_map(of).flat_map(|told| [told.quartiles[0], told.median, told.quartiles[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(low: f64, median: f64, high: f64) -> Told {
        Told { median, quartiles: [low, high] }
    }

    #[test]
    fn a_step_is_a_factor_only_where_the_middle_halves_are_apart() {
        let below = told(0.9, 1.0, 1.1);
        assert_eq!(told(8.0, 8.9, 9.5).step(below), " · 8.90×");
        assert_eq!(told(1.05, 1.2, 1.3).step(below), " · ≈");
        assert_eq!(told(0.1, 0.25, 0.3).step(below), " · 0.25×");
    }
}
