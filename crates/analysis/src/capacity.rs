//! What a lane could serve in a closed loop. Each arm has a burst of its own; of several the median stands for the lane.

use plimsoll_model::{Capacity, LoadRecord, Reading};

use crate::median;

/// What these cells could serve, in thousandths of a request per second; `None` where no burst was made.
pub(crate) fn capacity(load: &LoadRecord, cells: &[u32]) -> Option<Reading> {
    middle(load, cells, |found| &found.capacity_milli)
}

/// The common rate over that, in thousandths.
pub(crate) fn utilisation(load: &LoadRecord, cells: &[u32]) -> Option<Reading> {
    middle(load, cells, |found| &found.utilisation_milli)
}

/// The median of those that are known; else why the first one is not.
fn middle(load: &LoadRecord, cells: &[u32], read: fn(&Capacity) -> &Reading) -> Option<Reading> {
    let readings = || load.capacities.iter().filter(|found| cells.contains(&found.cell)).map(read);
    let known: Vec<u64> = readings().filter_map(Reading::value).collect();
    match known.as_slice() {
        [] => readings().next().cloned(),
        // As it is stored: a float has fewer digits.
        [only] => Some(Reading::Value(*only)),
        several => {
            let values: Vec<f64> = several.iter().map(|value| *value as f64).collect();
            median(&values).map(|value| Reading::Value(value as u64))
        }
    }
}
