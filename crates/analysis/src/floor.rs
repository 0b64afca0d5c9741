//! The noise floor: how far a lane differs from itself.

use plimsoll_model::{Case, Slug};

use crate::Interval;
use crate::figure::Compared;
use crate::side::{Reader, Side};

/// Level of the interval of which a floor is the farther end.
const CONFIDENCE: f64 = 0.99;

/// The noise floor of a figure in a lane: the end of the 99 % interval of the ratio of two of its arms that lies
/// farther from 1, as a factor of at least 1; the farthest of all pairs of arms. `None` where no two arms have
/// enough trials.
pub(crate) fn floor(reader: &Reader<'_>, case: &Case, lane: &Slug, figure: &Compared) -> Option<f64> {
    if figure.is_exact() {
        return Some(1.0);
    }
    let cells = reader.trials.run.cells_in(case, lane);
    if cells.len() < 2 {
        return None;
    }
    let arms: Vec<Side> = cells.into_iter().map(|cell| Side::of(reader, &[cell], figure)).collect();
    let mut widest: Option<f64> = None;
    for (at, arm) in arms.iter().enumerate() {
        for other in arms.iter().skip(at + 1) {
            if let Some(Ok(interval)) = arm.interval(other, CONFIDENCE) {
                widest = wider(widest, farther_end(interval));
            }
        }
    }
    widest
}

/// The wider of two floors, either of which may be unknown.
fn wider(floor: Option<f64>, other: f64) -> Option<f64> {
    Some(floor.map_or(other, |floor| floor.max(other)))
}

/// The end farther from 1, as a factor of at least 1.
fn farther_end(interval: Interval) -> f64 {
    factor(interval.low).max(factor(interval.high))
}

/// A ratio turned so that it is at least 1.
fn factor(ratio: f64) -> f64 {
    if ratio.is_nan() { f64::MAX } else { ratio.max(1.0 / ratio).min(f64::MAX) }
}
