//! What is known of budgets before anything is measured.

use plimsoll_model::{Fault, Faults, Phase, Slug};

use crate::{Budget, BudgetError, Budgets, Named, Part, Than};

/// What a run is going to measure.
#[derive(Clone, Debug, Default)]
pub struct ToMeasure {
    /// Its workloads.
    pub workloads: Vec<Slug>,
    /// Those that are put under load.
    pub loaded: Vec<Slug>,
    /// Its lanes.
    pub lanes: Vec<Slug>,
    /// Whether a baseline or a version before a change is asked for.
    pub against: bool,
}

impl Budgets {
    /// Whether a run can answer each of them.
    ///
    /// # Errors
    /// With line and column of all that it can't: these budgets would hold nothing back.
    pub fn check(&self, run: &ToMeasure) -> Result<(), BudgetError> {
        let faults = |budget: &Budget| {
            let unknown: Vec<Fault> = budget.names.iter().filter_map(|named| run.lacks(named)).collect();
            if !unknown.is_empty() {
                return unknown;
            }
            let unanswered = budget.unanswered(run);
            unanswered.map(|problem| Fault { place: budget.place, problem }).into_iter().collect()
        };
        let faults: Vec<Fault> = self.budgets.iter().flat_map(faults).collect();
        Faults::placed(faults).map_or(Ok(()), |faults| Err(BudgetError(faults)))
    }
}

impl ToMeasure {
    fn lacks(&self, Named { part, slug, place }: &Named) -> Option<Fault> {
        let (all, kind) = match part {
            Part::Workload => (&self.workloads, "workload"),
            Part::Lane => (&self.lanes, "lane"),
        };
        if all.contains(slug) {
            return None;
        }
        let all: Vec<String> = all.iter().map(|slug| format!("`{slug}`")).collect();
        let problem = format!("no {kind} `{slug}` is measured: there are {}", all.join(", "));
        Some(Fault { place: *place, problem })
    }
}

impl Budget {
    /// Why nothing of the run will be what it is about.
    fn unanswered(&self, run: &ToMeasure) -> Option<String> {
        let of_load = self.percentile_milli.is_some() || self.phase == Some(Phase::Serve);
        let is_loaded = self.workload.as_ref().map_or(!run.loaded.is_empty(), |own| run.loaded.contains(own));
        if of_load && !is_loaded {
            let loaded = self.workload.as_ref().map_or("nothing is".into(), |own| format!("`{own}` is not"));
            return Some(format!("`{}` is taken under load, and {loaded} loaded in this run", self.metric));
        }
        match &self.than {
            Than::Baseline(_) if !run.against => Some(
                "`at_most_over_baseline` has nothing to be set against: give `--baseline` or `--against`"
                    .to_owned(),
            ),
            Than::Lane { lane, .. } if run.lanes.iter().all(|other| other == lane) => {
                Some(format!("no lane but `{lane}` is measured, and it is not set against itself"))
            }
            _ => None,
        }
    }
}
