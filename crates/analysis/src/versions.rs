//! The two sides of a run that measured workloads beside their versions before a change.

use std::collections::BTreeMap;

use plimsoll_model::{Cell, Run, Slug};

/// A run's workloads before their change and after it, as two runs under one identity in which each workload has its
/// own name: what charts and tables of two runs take. `None` where the plan has no such versions. What belongs to no
/// side, e.g. another workload, is in neither.
#[must_use]
pub fn versions(run: &Run) -> Option<[Run; 2]> {
    if run.plan.bases.is_empty() {
        return None;
    }
    let before = run.plan.bases.iter().map(|(name, base)| (base, name)).collect();
    let after = run.plan.bases.keys().map(|name| (name, name)).collect();
    Some([side(run, &before), side(run, &after)])
}

/// The cells of these workloads, under these names.
fn side(run: &Run, named: &BTreeMap<&Slug, &Slug>) -> Run {
    let mut side = run.clone();
    let mut places = BTreeMap::new();
    side.cells.clear();
    for (at, cell) in (0_u32..).zip(&run.cells) {
        if let Some(name) = named.get(&cell.workload) {
            places.insert(at, side.cells.len() as u32);
            side.cells.push(Cell { workload: (*name).clone(), ..cell.clone() });
        }
    }
    side.plan.workloads = named.values().map(|name| (*name).clone()).collect();
    side.plan.bases.clear();
    side.workloads.retain_mut(|record| rename(&mut record.name, named));
    side.loads.retain_mut(|load| {
        load.capacities.retain_mut(|capacity| place(&mut capacity.cell, &places));
        rename(&mut load.workload, named)
    });
    side.preparations.retain_mut(|made| place(&mut made.cell, &places));
    side.trials.retain_mut(|trial| {
        trial.predecessor = trial.predecessor.and_then(|before| places.get(&before).copied());
        place(&mut trial.cell, &places)
    });
    side
}

fn rename(name: &mut Slug, named: &BTreeMap<&Slug, &Slug>) -> bool {
    let found = named.get(name).copied().cloned();
    found.map(|found| *name = found).is_some()
}

fn place(cell: &mut u32, places: &BTreeMap<u32, u32>) -> bool {
    places.get(cell).map(|found| *cell = *found).is_some()
}
