//! How far a lane may differ from itself, of every figure that is a time.

use plimsoll_analysis::{Comparison, names};
use plimsoll_format as format;

use crate::Report;
use crate::list::each_once;

/// A line for each figure that a noise floor is known of; why there is none, where none is.
pub(super) fn noise_floors(report: &Report<'_>) -> Vec<String> {
    let timed = |found: &&Comparison| [names::COLD_START, names::LATENCY].contains(&found.figure.metric);
    let floors = report.comparisons.iter().filter(timed).filter_map(|found| {
        let told = format!("{} in {} {}", found.case, found.lane, format::ratio(found.floor?));
        Some((figure(report, found), Some(told)))
    });
    let found = each_once(floors);
    if found.is_empty() {
        return vec![none(report)];
    }
    let line = |(figure, floors): (String, Vec<String>)| {
        format!(
            "{figure}: noise alone may reach, in the lane, or in the baseline where that is more: {}",
            floors.join(", ")
        )
    };
    let about = "each is the far end of a 99 % interval of how far two arms of one lane are apart, not how far they were"
        .to_owned();
    found.into_iter().map(line).chain([about]).collect()
}

fn figure(report: &Report<'_>, found: &Comparison) -> String {
    let metric = report.run.metric(&found.figure.metric);
    let name =
        metric.map_or_else(|| found.figure.metric.to_string(), |metric| format::plain(&metric.in_words()));
    let percentile = found.figure.percentile_milli;
    percentile.map_or(name.clone(), |milli| format!("{name} P{}", f64::from(milli) / 10.0))
}

fn none(report: &Report<'_>) -> String {
    if report.run.plan.lanes.len() < 2 {
        return "there is one lane, so that no ratio needs a noise floor here; comparisons with another run have theirs."
            .to_owned();
    }
    let measured_by = match report.run.plan.arms.len() {
        0 | 1 => "Two arms of each lane measure it.",
        _ => "It takes 10 cold starts that passed in each arm of a lane.",
    };
    format!("noise floor not measured: no ratio is called a difference. {measured_by}")
}
