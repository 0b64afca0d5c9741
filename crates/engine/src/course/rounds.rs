use plimsoll_model::{Kind, TrialKind};

use super::{Course, Stop};
use crate::Enough;
use crate::load::Pace;
use crate::schedule::{Schedule, Slot};
use crate::trial::Task;

/// A cell that failed this often in a row gets no repeats beyond the plan's own.
const HOPELESS: u32 = 3;

impl Course<'_> {
    pub(super) fn expect_trials(&mut self) {
        let trials = self.ledger.run().plan.trials;
        for cell in self.cell_numbers() {
            self.outlook.expect(TrialKind::WarmUp, cell, 1);
            if !self.is_prepared(cell) {
                continue;
            }
            let is_service = self.cells[cell as usize].kind == Kind::Http;
            let loaded = if is_service { trials.loaded } else { 0 };
            self.outlook.expect(TrialKind::Capacity, cell, u32::from(loaded > 0));
            self.outlook.expect(TrialKind::Loaded, cell, loaded);
            self.outlook.expect(TrialKind::ColdStart, cell, trials.cold_starts - loaded);
        }
    }

    /// The rounds of the plan, and with a precision further ones for the cells that are not sure enough.
    pub(super) async fn go_through_rounds(
        &mut self,
        first_round: u32,
        enough: &dyn Enough,
    ) -> Result<(), Stop> {
        let plan = &self.ledger.run().plan;
        let (trials, schedule) = (plan.trials, Schedule::new(plan.seed, plan.trials));
        let most = trials.precision.map_or(trials.cold_starts, |precision| precision.cap);
        for round in 0..most {
            let is_planned = round < trials.cold_starts;
            let cells: Vec<(u32, Kind)> = self
                .cell_numbers()
                .filter(|cell| self.is_prepared(*cell) && (is_planned || self.needs_more(*cell, enough)))
                .map(|cell| (cell, self.cells[cell as usize].kind))
                .collect();
            if cells.is_empty() {
                break;
            }
            if !is_planned {
                cells.iter().for_each(|(cell, _)| self.outlook.expect(TrialKind::ColdStart, *cell, 1));
            }
            for slot in schedule.round(round, &cells) {
                let (slot, task) = self.task_of(slot);
                self.make_trial(slot, first_round + round, task).await?;
            }
        }
        Ok(())
    }

    fn needs_more(&self, cell: u32, enough: &dyn Enough) -> bool {
        let state = &self.cells[cell as usize];
        state.failures_in_a_row < HOPELESS && !enough.enough(&state.cold_starts_ns)
    }

    /// A service for which no rate could be found is started without load.
    fn task_of(&self, slot: Slot) -> (Slot, Task) {
        let duration_ns = self.ledger.run().plan.load.duration_ms * 1_000_000;
        match (slot.kind, self.rates[self.cells[slot.cell as usize].workload]) {
            (TrialKind::Loaded, Some(rate_milli)) => {
                (slot, Task::Load(Pace::Open { rate_milli, duration_ns }))
            }
            _ => (Slot { kind: TrialKind::ColdStart, ..slot }, Task::ColdStart),
        }
    }
}
