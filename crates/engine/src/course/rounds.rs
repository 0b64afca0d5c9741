use plimsoll_model::{Aim, Outcome};

use super::{Course, Stop};
use crate::Enough;
use crate::load::Pace;
use crate::schedule::{Schedule, Slot};
use crate::trial::Serving;

/// A cell that failed this often in a row gets no repeats beyond the plan's own.
const HOPELESS: u32 = 3;

impl Course<'_> {
    pub(super) fn expect_trials(&mut self) {
        let trials = self.ledger.run().plan.trials;
        for cell in self.cell_numbers() {
            self.outlook.expect(Aim::WARM_UP, cell, 1);
            let row = self.row(cell);
            if row.prepared.is_none() {
                continue;
            }
            let loaded = if row.workload.kind().serves() { trials.loaded } else { 0 };
            self.outlook.expect(Aim::CAPACITY, cell, u32::from(loaded > 0));
            self.outlook.expect(Aim::LOAD, cell, loaded);
            self.outlook.expect(Aim::START, cell, trials.cold_starts - loaded);
        }
    }

    /// The rounds of the plan, and further ones for the cells that are not sure enough or had invalid loads.
    pub(super) async fn go_through_rounds(
        &mut self,
        first_round: u32,
        enough: &dyn Enough,
    ) -> Result<(), Stop> {
        let plan = &self.ledger.run().plan;
        let (trials, schedule) = (plan.trials, Schedule::new(plan.seed, plan.trials));
        let most = trials.precision.map_or(trials.cold_starts, |precision| precision.cap);
        for round in 0.. {
            let is_planned = round < trials.cold_starts;
            let next = |cell: u32| {
                let state = &self.cells[cell as usize];
                if is_planned {
                    Some(schedule.planned(round, self.row(cell).workload.kind()))
                } else if state.loads.wants_another(trials.loaded) {
                    Some(Aim::LOAD)
                } else {
                    (round < most && self.needs_more(cell, enough)).then_some(Aim::START)
                }
            };
            let prepared = self.cell_numbers().filter(|cell| self.is_tried(*cell));
            let slots: Vec<Slot> =
                prepared.filter_map(|cell| Some(Slot { cell, aim: next(cell)? })).collect();
            if slots.is_empty() {
                break;
            }
            if !is_planned {
                slots.iter().for_each(|slot| self.outlook.expect(slot.aim, slot.cell, 1));
            }
            for slot in schedule.shuffled(round, slots) {
                let (slot, serving) = self.serving_of(slot);
                self.make_trial(slot, first_round + round, serving).await?;
            }
        }
        Ok(())
    }

    fn needs_more(&self, cell: u32, enough: &dyn Enough) -> bool {
        let state = &self.cells[cell as usize];
        state.failures_in_a_row < HOPELESS && !enough.enough(&state.cold_starts_ns)
    }

    /// A service for which no rate could be found is started without load.
    fn serving_of(&self, slot: Slot) -> (Slot, Serving) {
        let row = self.row(slot.cell);
        let duration_ns = row.settings.load.duration_ms * 1_000_000;
        match row.rate_milli.filter(|_| slot.aim.is_loaded()) {
            Some(rate_milli) => (slot, Serving::Load(Pace::Open { rate_milli, duration_ns })),
            None => (Slot { aim: Aim::START, ..slot }, Serving::Unloaded),
        }
    }
}

/// How the loads of a cell ended so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loads {
    made: u32,
    passed: u32,
    invalid: u32,
}

impl Loads {
    pub(super) fn ended(&mut self, outcome: &Outcome) {
        self.made += 1;
        self.passed += u32::from(*outcome == Outcome::Passed);
        self.invalid += u32::from(matches!(outcome, Outcome::Invalid { .. }));
    }

    /// Whether a load is to be made in the place of an invalid one: as long as some of them are sound at all, and at
    /// most as many again as the plan has. A load that failed is not made again, for that tells of the lane.
    fn wants_another(self, planned: u32) -> bool {
        let Self { made, passed, invalid } = self;
        passed > 0 && made - invalid < planned && made < planned.saturating_mul(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(ends: &str) -> Loads {
        let mut loads = Loads::default();
        for end in ends.chars() {
            loads.ended(&match end {
                '.' => Outcome::Passed,
                '?' => Outcome::Invalid { reason: String::new() },
                _ => Outcome::Interrupted,
            });
        }
        loads
    }

    #[test]
    fn only_invalid_loads_are_made_again_and_only_where_some_are_sound() {
        for (ends, wants) in
            [("...", false), ("..?", true), ("..?.", false), (".??", true), ("..x", false), ("???", false)]
        {
            assert_eq!(after(ends).wants_another(3), wants, "{ends}");
        }
    }

    #[test]
    fn at_most_as_many_again_as_the_plan_has() {
        assert!(after(".????").wants_another(3));
        assert!(!after(".?????").wants_another(3));
        assert!(!Loads::default().wants_another(0));
    }
}
