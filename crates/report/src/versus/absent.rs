//! Why a number of a comparison is absent.

use plimsoll_analysis::{Obstacle, RunComparison, RunSide};

use super::called;
use super::figure::short;

/// Why one side has no figure, in words.
#[must_use]
pub fn why_absent(found: &RunComparison, of: RunSide) -> String {
    let lacks = found.obstacles.iter().find_map(|obstacle| match obstacle {
        Obstacle::Missing { side, reason } if *side == of => Some(short(reason)),
        _ => None,
    });
    let few = || found.interval.as_ref().err().map(ToString::to_string);
    lacks.or_else(few).unwrap_or_else(|| "no trial has it".to_owned())
}

/// Why there is no ratio, in words.
#[must_use]
pub fn without_ratio(found: &RunComparison) -> String {
    found.obstacles.last().map_or_else(|| why_absent(found, RunSide::New), |why| called::told(why, false))
}
