//! Whether a run that was read can be one: its numbers and its tables, checked once, before anything is computed of it.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::{Arm, Entry, Plan, Reading, Row, Run, Slug, StoredHistogram, Trial};

/// The largest number that a run may hold, in any unit: what every reader of JSON still tells apart from its neighbour.
/// As nanoseconds it is three months, as bytes 9 PB.
const MOST: u64 = 1 << 53;
/// As many as a plan may have.
const MOST_WORKLOADS: usize = 1_000;
const MOST_LANES: usize = 100;
const MOST_ARMS: usize = Arm::MOST as usize;
const MOST_VARIANTS: usize = 100;
const MOST_POINTS: usize = 1_000;

/// Checks that no table holds the same thing twice, that every cell is planned, and that no number is beyond what can be
/// measured. That every index points into its table says [`Run::check_references`].
///
/// # Errors
/// A sentence naming the first place that makes no sense.
pub fn check_sense(run: &Run) -> Result<(), String> {
    let workloads = planned("plan.workloads", &run.plan.workloads, MOST_WORKLOADS)?;
    let lanes = planned("plan.lanes", run.lane_slugs(), MOST_LANES)?;
    let variants = run.plan.variants.iter().map(|variant| &variant.slug);
    let variants = planned("plan.variants", variants, MOST_VARIANTS)?;
    planned("plan.arms", run.plan.arms.iter().map(|arm| &arm.slug), MOST_ARMS)?;
    if run.points.len() > MOST_POINTS {
        return Err(format!("`points` holds {}, and a plan has at most {MOST_POINTS}", run.points.len()));
    }
    run.plan.validate().map_err(|error| format!("`plan` can't be carried out: {error}"))?;
    for (at, point) in run.points.iter().enumerate() {
        let settings = run.plan.settings.at(point).and_then(|settings| settings.validate());
        settings.map_err(|error| format!("`points[{at}]` can't be carried out: {error}"))?;
    }
    let host = [run.site.host.memory_bytes];
    within(|| "site.host".to_owned(), host.into_iter())?;
    for (table, found) in [("rows", run.rows.len()), ("cells", run.cells.len())] {
        if found as u64 > Plan::MOST_CELLS {
            return Err(format!("`{table}` holds {found}, and a plan has at most {}", Plan::MOST_CELLS));
        }
    }
    unique("workloads", run.workloads.iter().map(|workload| (&workload.name, &workload.variant)))?;
    unique("lanes", run.lanes.iter().map(crate::LaneRecord::slug))?;
    unique("metrics", run.metrics.iter().map(|metric| &metric.slug))?;
    unique("series", &run.series)?;
    unique("rows", &run.rows)?;
    unique("cells", &run.cells)?;
    let is_planned = |Row { case, lane }: &Row| {
        workloads.contains(&case.workload) && variants.contains(&case.variant) && lanes.contains(lane)
    };
    if let Some(at) = run.rows.iter().position(|row| !is_planned(row)) {
        return Err(format!("`rows[{at}]` is not part of the plan"));
    }
    unique("loads", run.loads.iter().map(|load| (&load.workload, load.point)))?;
    unique("trials", run.trials.iter().map(|trial| trial.position))?;
    unique("preparations", run.preparations.iter().map(|made| made.row))?;
    for (at, made) in run.preparations.iter().enumerate() {
        within(|| format!("preparations[{at}]"), values(&made.samples))?;
    }
    for (at, load) in run.loads.iter().enumerate() {
        let found =
            load.capacities.iter().flat_map(|found| [&found.capacity_milli, &found.utilisation_milli]);
        let rate = std::iter::once(load.rate_milli);
        within(|| format!("loads[{at}]"), rate.chain(found.filter_map(Reading::value)))?;
    }
    for (at, trial) in run.trials.iter().enumerate() {
        within(|| format!("trials[{at}]"), numbers(trial))?;
        unique(&format!("trials[{at}].samples"), trial.samples.iter().map(|Entry(series, _)| series))?;
        if let Some(span) = trial.spans.iter().position(|span| span.end_ns < span.begin_ns) {
            return Err(format!("`trials[{at}].spans[{span}]` ends before it begins"));
        }
        let counted = trial.histograms.iter().position(|found| found.count > StoredHistogram::MOST);
        if let Some(histogram) = counted {
            return Err(format!(
                "`trials[{at}].histograms[{histogram}]` counts more than any load has: at most {}",
                StoredHistogram::MOST
            ));
        }
        if let Some(before) = trial.predecessor.filter(|before| *before as usize >= run.cells.len()) {
            return Err(format!("`trials[{at}]` follows cell {before}, but there are {}", run.cells.len()));
        }
    }
    Ok(())
}

/// What of one kind is planned.
fn planned<'run>(
    list: &str,
    slugs: impl IntoIterator<Item = &'run Slug>,
    most: usize,
) -> Result<HashSet<&'run Slug>, String> {
    let slugs: Vec<&Slug> = slugs.into_iter().collect();
    if slugs.len() > most {
        return Err(format!("`{list}` names {}, and a plan has at most {most}", slugs.len()));
    }
    unique(list, &slugs)?;
    Ok(slugs.into_iter().collect())
}

fn unique<T: Eq + Hash>(table: &str, entries: impl IntoIterator<Item = T>) -> Result<(), String> {
    let mut seen = HashMap::new();
    for (at, entry) in entries.into_iter().enumerate() {
        if let Some(first) = seen.insert(entry, at) {
            return Err(format!("`{table}[{at}]` is `{table}[{first}]` again"));
        }
    }
    Ok(())
}

fn within(place: impl Fn() -> String, mut numbers: impl Iterator<Item = u64>) -> Result<(), String> {
    match numbers.find(|number| *number > MOST) {
        Some(number) => Err(format!("`{}` holds {number}, more than can be measured", place())),
        None => Ok(()),
    }
}

fn values(entries: &[Entry]) -> impl Iterator<Item = u64> {
    entries.iter().filter_map(|Entry(_, reading)| reading.value())
}

fn numbers(trial: &Trial) -> impl Iterator<Item = u64> {
    let spans = trial.spans.iter().flat_map(|span| [span.begin_ns, span.end_ns]);
    let counts = trial.histograms.iter().map(|histogram| histogram.count);
    std::iter::once(trial.began_ns).chain(spans).chain(counts).chain(values(&trial.samples))
}
