//! Which share of cold starts was over by when.

use plimsoll_analysis::{names, quantile};
use plimsoll_format as format;
use plimsoll_model::{Phase, Unit};

use super::frame::Frame;
use super::rows::{Row, Wanted};
use super::spec::{Axis, Mark, Point, Series};
use super::thin::{self, MOST_POINTS, evenly};
use super::{About, Chart, ChartSpec, Layers};

/// Which share of cold starts was over by when.
pub(super) struct Ecdf;

impl Chart for Ecdf {
    fn about(&self) -> About<'_> {
        About { slug: "ecdf", title: "Cold starts, share over by then", lays_over: true }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let (rows, sorted) = layers.ranked(sorted, |values| quantile(values, 0.5));
        let includes = "How many of a lane's passed trials had a cold start no longer than this. Symbols stand at a \
                        quarter, a half and three quarters. Building, pulling and compiling are not in it.";
        let frame = Frame::of(self, layers, includes, "their median");
        if sorted.iter().all(Vec::is_empty) {
            let when = if layers.base.is_some() { "in either run" } else { "yet" };
            return frame.nothing(&rows, format!("No trial has passed {when}."));
        }
        if sorted.iter().map(Vec::len).sum::<usize>() == 1 {
            return frame.nothing(&rows, "One trial has passed: there is no share to show.".to_owned());
        }
        let x = Axis::log("cold start", Unit::Nanoseconds, sorted.iter().flatten().copied());
        let (mut drawn, mut symbols, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (row, values) in rows.iter().zip(&sorted).filter(|(_, values)| !values.is_empty()) {
            drawn.push(steps(row, values, &x, &mut notes));
            symbols.push(quartiles(row, values, &x));
        }
        drawn.append(&mut symbols);
        let legend = layers.legend(&rows, &drawn);
        frame.chart(&rows, [x, Axis::share("share of trials")], drawn, legend, notes)
    }
}

/// The cold starts of a row, in nanoseconds, ascending.
fn sorted(row: &Row<'_>) -> Vec<f64> {
    let wanted = Wanted::of(row.run, names::COLD_START.as_str(), Phase::Ready, None);
    let told = row.telling_of(Phase::Ready).filter_map(|trial| wanted.value(&trial.samples));
    let mut values: Vec<f64> = told.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn steps(row: &Row<'_>, sorted: &[f64], x: &Axis, notes: &mut Vec<String>) -> Series {
    let mut line = row.series("", Mark::Step);
    let all: Vec<usize> = (0..sorted.len()).collect();
    // One point more begins the line at 0.
    let kept = evenly(&all, MOST_POINTS - 1);
    notes.extend(thin::note(&row.label, kept.len(), sorted.len()));
    line.points.extend(sorted.first().map(|first| Point::at(x.place(*first), 0.0, row.label.clone())));
    for at in kept {
        let Some(value) = sorted.get(at) else { continue };
        let share = (at + 1) as f64 / sorted.len() as f64;
        let label = format!("{}: {:.0} % within {}", row.label, share * 100.0, format::duration(*value));
        line.points.push(Point::at(x.place(*value), share, label));
    }
    line
}

fn quartiles(row: &Row<'_>, sorted: &[f64], x: &Axis) -> Series {
    let mut symbols = row.series("quartiles", Mark::Points);
    for share in [0.25, 0.5, 0.75] {
        // On the line: the first value that this share does not exceed.
        let place = ((share * sorted.len() as f64).ceil() as usize).saturating_sub(1);
        let Some(value) = sorted.get(place).copied() else { continue };
        let label = format!("{}: {:.0} % within {}", row.label, share * 100.0, format::duration(value));
        symbols.points.push(Point::at(x.place(value), share, label));
    }
    symbols
}
