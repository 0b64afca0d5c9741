//! Verdicts in words.

use plimsoll_analysis::{Obstacle, RunComparison, RunSide, Verdict};
use plimsoll_model::Unit;

use super::figure::short;
use super::pair::tone_of;
use crate::table::TableEntry;

/// The verdict on one figure: a word, and why it is no other where that is not plain.
pub(super) fn verdict(found: &RunComparison, unit: Unit) -> TableEntry {
    TableEntry { main: word(found, unit).to_owned(), beside: why(found), tone: tone_of(found) }
}

/// The word alone.
pub(super) fn word(found: &RunComparison, unit: Unit) -> &'static str {
    match found.verdict {
        Verdict::Better | Verdict::Worse | Verdict::Different => {
            let less = found.ratio.is_some_and(|ratio| ratio < 1.0);
            match (unit, less) {
                (Unit::Nanoseconds, true) => "faster",
                (Unit::Nanoseconds, false) => "slower",
                (Unit::Bytes, true) => "smaller",
                (Unit::Bytes, false) => "larger",
                (Unit::Count | Unit::MilliPerSecond, true) => "less",
                (Unit::Count | Unit::MilliPerSecond, false) => "more",
            }
        }
        Verdict::Equal => "equal",
        Verdict::TooClose => "too close to call",
        Verdict::TooNoisy => "too noisy to say",
        Verdict::TooFew => "too few samples",
        Verdict::NotComparable => "not comparable",
        // Between two sides of one run there is no noise from run to run.
        Verdict::RunNoiseUnknown if found.base == found.new => "noise floor not measured",
        Verdict::RunNoiseUnknown => "run-to-run noise unknown",
        Verdict::NoiseFloorNotMeasured => "noise floor not measured",
    }
}

fn why(found: &RunComparison) -> String {
    match (found.verdict, found.interval) {
        (Verdict::TooFew, Err(few)) => format!("{} of {}", few.have, few.need),
        (Verdict::Equal, _) if !found.figure.is_exact() => "within 10 %".to_owned(),
        (Verdict::TooNoisy, _) => "within the noise".to_owned(),
        (Verdict::NotComparable, _) => {
            let mut kinds: Vec<&str> = found.obstacles.iter().map(kind).collect();
            kinds.dedup();
            kinds.join(", ")
        }
        _ => String::new(),
    }
}

/// What stands in the way, without its particulars.
pub(super) fn kind(obstacle: &Obstacle) -> &'static str {
    match obstacle {
        Obstacle::OtherHost { .. } => "other host",
        Obstacle::OtherLimits { .. } => "other limits",
        Obstacle::OtherLoad { .. } => "other load",
        Obstacle::OtherWorkload { .. } => "other workload digest",
        Obstacle::OtherPageCache { .. } => "other page-cache state",
        Obstacle::Emulated { .. } => "emulated",
        Obstacle::Disturbed { .. } => "machine disturbed",
        Obstacle::Missing { side: RunSide::Base, .. } => "base has none",
        Obstacle::Missing { side: RunSide::New, .. } => "new has none",
        Obstacle::BaseIsZero => "base is 0",
    }
}

/// What stands in the way, with its particulars, in a clause.
pub(super) fn told(obstacle: &Obstacle, within_one_run: bool) -> String {
    let side = |side: &RunSide| match (side, within_one_run) {
        (RunSide::Base, true) => "what was before the change".to_owned(),
        (RunSide::New, true) => "what is after the change".to_owned(),
        (side, false) => side.to_string(),
    };
    short(&match obstacle {
        Obstacle::Missing { side: of, reason } => format!("{} has no such figure: {reason}", side(of)),
        Obstacle::Emulated { side: of } => format!("{} was emulated", side(of)),
        other => other.to_string(),
    })
}
