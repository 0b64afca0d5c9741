//! A chart of many lanes with few of them, to be shown first.

use std::collections::HashSet;

use plimsoll_model::{Side, Slug};

use super::ChartSpec;
use super::rows::Row;
use super::spec::{Axis, Mark, Scale, Series};

/// The most lanes that a reader is shown at first.
pub(super) const FEW: usize = 8;
/// Lines of text that a row takes at least, and a plot without rows.
const ROW_LINES: f64 = 3.6;
const PLAIN_LINES: f64 = 25.0;

/// How high a plot is at least, in lines of text: words in a row do not touch each other.
pub(super) fn lines(y: &Axis, series: &[Series]) -> f64 {
    if y.scale != Scale::Category {
        return PLAIN_LINES;
    }
    let worded = series.iter().filter(|series| matches!(series.mark, Mark::Labels | Mark::Captions));
    let mut heights: Vec<f64> = worded.flat_map(|series| &series.points).map(|point| point.y).collect();
    heights.sort_by(f64::total_cmp);
    let gaps = heights.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 1e-6);
    let least = gaps.fold(1.0, f64::min);
    (y.max - y.min) * ROW_LINES.max(1.0 / least)
}

/// The same chart with the lanes that most is said of and the next ones in their order; `None` where there are few.
pub(super) fn brief(spec: &ChartSpec, rows: &[Row<'_>], order: &str) -> Option<Box<ChartSpec>> {
    let all = spec.lanes.len();
    if all <= FEW {
        return None;
    }
    let kept = kept(rows);
    let is_kept = |lane: Option<&Slug>| lane.is_none_or(|lane| kept.contains(lane));
    let mut few = spec.clone();
    few.lanes.retain(|look| is_kept(Some(&look.lane)));
    few.legend.retain(|key| is_kept(key.lane.as_ref()));
    few.series.retain(|series| is_kept(series.lane.as_ref()));
    if few.y.scale == Scale::Category {
        closed_up(&mut few, rows, &kept);
    }
    few.lines = lines(&few.y, &few.series);
    let note = format!(
        "{} of {all} lanes are shown: of each side the first, and the first whose instances are processes, then the next by \
             {order}.",
        kept.len()
    );
    few.notes.insert(0, note);
    Some(Box::new(few))
}

/// Of each side the first lane in the order of the run, with which others are compared, and the first whose instances are
/// processes, which is like for like; then the others in their order.
fn kept<'run>(rows: &[Row<'run>]) -> HashSet<&'run Slug> {
    let mut kept = HashSet::new();
    for side in [Side::Container, Side::Wasm, Side::Control] {
        let of_side = || rows.iter().filter(move |row| row.side() == side);
        kept.extend(of_side().min_by_key(|row| row.place()).map(|row| row.lane));
        kept.extend(
            of_side().filter(|row| row.has_process()).min_by_key(|row| row.place()).map(|row| row.lane),
        );
    }
    for row in rows {
        if kept.len() < FEW {
            kept.insert(row.lane);
        }
    }
    kept
}

/// Moves the rows that are left to where there are gaps.
fn closed_up(few: &mut ChartSpec, rows: &[Row<'_>], kept: &HashSet<&Slug>) {
    let left: Vec<&Row<'_>> = rows.iter().filter(|row| kept.contains(row.lane)).collect();
    let by = |lane: Option<&Slug>| {
        let at = left.iter().position(|row| Some(row.lane) == lane)?;
        Some((left.len() - at) as f64 - 0.5 - left.get(at)?.middle)
    };
    few.y.ticks.retain(|tick| by(tick.lane.as_ref()).is_some());
    for tick in &mut few.y.ticks {
        tick.at += by(tick.lane.as_ref()).unwrap_or(0.0);
    }
    few.y.max = left.len() as f64;
    for series in &mut few.series {
        let up = by(series.lane.as_ref()).unwrap_or(0.0);
        for point in &mut series.points {
            point.y += up;
            point.y2 = point.y2.map(|y2| y2 + up);
        }
    }
}
