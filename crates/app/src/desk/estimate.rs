//! How long an order would take.

use std::collections::BTreeMap;

use plimsoll_model::{Aim, Run, Side, Slug};

use crate::lanes::choose;
use crate::{Bench, List, Registry, Show};

/// How many of the newest runs are looked at.
const RUNS: usize = 4;
/// Larger runs are not opened for an estimate, in bytes.
const LARGEST: u64 = 16 << 20;
/// What preparing takes where nothing is known, in nanoseconds.
const PREPARE_NS: u64 = 1_500_000_000;
/// What a trial takes beside its load where nothing is known: container lanes and others.
const TRIAL_NS: [u64; 2] = [900_000_000, 120_000_000];
/// The warm-up and the search for the common rate, as so many trials of an arm.
const BESIDE: u64 = 2;

/// What a trial of a workload in a lane took on this machine, beside its load, in nanoseconds.
type Known = BTreeMap<(Slug, Slug), u64>;

/// In words, e.g. `about 2 min 30 s: 300 cold starts in 5 lanes, 2 workloads each`.
pub(super) fn estimate(bench: &Bench, registry: &Registry) -> String {
    let (known, containers) = (known(bench), registry.slugs_on(Side::Container));
    // A wish for no lane is refused where the order is weighed.
    let lanes = choose::wished(registry, &bench.lanes).unwrap_or_default();
    let lanes: Vec<Slug> = lanes.into_iter().map(|lane| lane.slug).collect();
    let pairs: Vec<(&Slug, &Slug)> =
        bench.workloads.iter().flat_map(|workload| lanes.iter().map(move |lane| (workload, lane))).collect();
    let trials = bench.trials();
    let arms = u64::from(bench.overrides.arms.unwrap_or(bench.preset.arms()));
    let load_ms = bench.overrides.duration_ms.unwrap_or(bench.preset.load().duration_ms);
    let mut guessed = false;
    let total_ns: u64 = pairs
        .iter()
        .map(|(workload, lane)| {
            let key = ((*workload).clone(), (*lane).clone());
            let trial_ns = known.get(&key).copied().unwrap_or_else(|| {
                guessed = true;
                TRIAL_NS[usize::from(!containers.contains(lane))]
            });
            let loads_ns = u64::from(trials.loaded) * load_ms * 1_000_000;
            PREPARE_NS + arms * ((BESIDE + u64::from(trials.cold_starts)) * trial_ns + loads_ns)
        })
        .sum();
    let starts = arms * u64::from(trials.cold_starts) * pairs.len() as u64;
    let how = if guessed { "roughly, for some of it never ran here: " } else { "about " };
    let more = if trials.precision.is_some() { ", more where the precision needs it" } else { "" };
    let lanes = counted(lanes.len(), "lane");
    let workloads = counted(bench.workloads.len(), "workload");
    format!("{how}{}: {starts} cold starts in {lanes}, {workloads} each{more}", words(total_ns))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn words(ns: u64) -> String {
    match ns.div_ceil(1_000_000_000) {
        seconds @ 0..60 => format!("{} s", seconds.div_ceil(5) * 5),
        seconds if seconds < 600 => format!("{} min {:02} s", seconds / 60, seconds % 60 / 10 * 10),
        seconds if seconds < 7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h {:02} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// From the newest runs. One that can't be read tells nothing.
fn known(bench: &Bench) -> Known {
    let places = &bench.places;
    let kept = List { places: places.clone() }.run().unwrap_or_default();
    let small = kept.into_iter().filter(|entry| entry.run.as_ref().is_some_and(|run| run.bytes < LARGEST));
    let mut known = Known::new();
    for entry in small.take(RUNS) {
        let show = Show { run: entry.path, places: places.clone() };
        if let Ok(shown) = show.run() {
            for (cell, took_ns) in of_run(&shown.run) {
                known.entry(cell).or_insert(took_ns);
            }
        }
    }
    known
}

/// From the beginning of one trial to that of the next is what it took, with all that belongs to it.
fn of_run(run: &Run) -> Known {
    let mut took: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for pair in run.trials.windows(2) {
        let [one, next] = pair else { continue };
        if one.aim() == Aim::START {
            took.entry(one.cell).or_default().push(next.began_ns.saturating_sub(one.began_ns));
        }
    }
    let mean = |all: &[u64]| all.iter().sum::<u64>() / all.len().max(1) as u64;
    let of_cell = |(cell, all): (u32, Vec<u64>)| {
        let row = run.row_of(cell).filter(|row| row.case.is_new())?;
        Some(((row.case.workload.clone(), row.lane.clone()), mean(&all)))
    };
    took.into_iter().filter_map(of_cell).collect()
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Preset, Slug};

    use super::{estimate, words};
    use crate::{Bench, Overrides, Places, Registry};

    #[test]
    fn what_the_preset_takes_is_counted_in_all_its_arms() {
        let (folder, registry) = (tempfile::tempdir().unwrap(), Registry::built_in());
        let mut bench = Bench {
            own: crate::Own::default(),
            workloads: vec![Slug::known("hello")],
            lanes: ["docker", "native"].map(|lane| Slug::known(lane).into()).to_vec(),
            preset: Preset::Quick,
            overrides: Overrides::default(),
            against: None,
            places: Places { data_folder: Some(folder.path().to_owned()), ..Places::default() },
        };
        let both = estimate(&bench, &registry);
        assert!(both.ends_with("48 cold starts in 2 lanes, 1 workload each"), "{both}");
        bench.overrides.arms = Some(1);
        let one = estimate(&bench, &registry);
        assert!(one.ends_with("24 cold starts in 2 lanes, 1 workload each"), "{one}");
    }

    #[test]
    fn an_estimate_is_no_finer_than_it_is_sure() {
        let seconds = |seconds: u64| words(seconds * 1_000_000_000);
        assert_eq!(seconds(12), "15 s");
        assert_eq!(seconds(152), "2 min 30 s");
        assert_eq!(seconds(1_500), "25 min");
        assert_eq!(seconds(9_000), "2 h 30 min");
    }
}
