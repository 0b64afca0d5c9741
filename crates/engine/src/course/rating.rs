use std::num::NonZeroU64;

use plimsoll_model::{Capacity, Event, Kind, LoadRecord, Phase, Rate, Reading, Record, TrialKind, Workload};

use super::{Course, Stop};
use crate::load::Pace;
use crate::rate::half_rounded_down;
use crate::schedule::Slot;
use crate::trial::Task;

/// How long a burst lasts at least and at most, in nanoseconds.
const BURST_NS: u64 = 400_000_000;
const LONGEST_BURST_NS: u64 = 2_000_000_000;
/// A slow lane's burst goes on until the mix was answered once, within these numbers of answers.
const BURST_ANSWERS: std::ops::RangeInclusive<u64> = 8..=100;

impl Course<'_> {
    /// Finds what each lane can serve and chooses the common rate of each service. Gives the first round that
    /// is measured.
    pub(super) async fn find_rates(&mut self) -> Result<u32, Stop> {
        let services: Vec<usize> =
            (0..self.workloads.len()).filter(|at| self.workloads[*at].kind() == Kind::Http).collect();
        if services.is_empty() || self.ledger.run().plan.trials.loaded == 0 {
            return Ok(1);
        }
        for workload in services {
            let bursts = self.bursts_of(workload).await?;
            self.choose_rate(workload, bursts)?;
        }
        Ok(2)
    }

    async fn bursts_of(&mut self, workload: usize) -> Result<Vec<(u32, Reading)>, Stop> {
        let mut bursts = Vec::new();
        let pace = burst(self.workloads[workload]);
        for cell in self.cell_numbers() {
            if self.cells[cell as usize].workload != workload {
                continue;
            }
            let slot = Slot { cell, kind: TrialKind::Capacity };
            let reading = match self.make_trial(slot, 1, Task::Burst(pace)).await? {
                None => Reading::unavailable("it could not be prepared"),
                Some(made) => match (made.failure, made.capacity_milli) {
                    (None, Some(capacity)) if capacity > 0 => Reading::Value(capacity),
                    (Some(failure), _) => Reading::unavailable(failure),
                    _ => Reading::unavailable("nothing was answered rightly"),
                },
            };
            bursts.push((cell, reading));
        }
        Ok(bursts)
    }

    fn choose_rate(&mut self, workload: usize, bursts: Vec<(u32, Reading)>) -> Result<(), Stop> {
        let name = self.workloads[workload].name().clone();
        let slowest =
            bursts.iter().filter_map(|(cell, found)| found.value().map(|milli| (milli, *cell))).min();
        let (rate_milli, chosen) = match (self.ledger.run().plan.load.rate, slowest) {
            (Rate::FixedMilliPerSecond(rate_milli), _) => (rate_milli, "as the plan asks".to_owned()),
            (Rate::HalfOfSlowest, Some((capacity_milli, cell))) => {
                let lane = &self.lanes[self.cells[cell as usize].lane].description.slug;
                let per_second = capacity_milli as f64 / 1_000.0;
                let chosen = format!(
                    "half of what `{lane}`, the slowest lane that answers rightly, could serve \
                     ({per_second:.1} requests per second), rounded down to 1, 2 or 5 × 10ⁿ"
                );
                (half_rounded_down(capacity_milli), chosen)
            }
            (Rate::HalfOfSlowest, None) => {
                let message = format!("no lane answers `{name}` rightly, so it is not loaded");
                self.events.send(Event::Notice { phase: Phase::Serve, message });
                return Ok(());
            }
        };
        self.rates[workload] = NonZeroU64::new(rate_milli);
        let capacities = bursts
            .into_iter()
            .map(|(cell, capacity_milli)| Capacity {
                cell,
                utilisation_milli: utilisation(rate_milli, &capacity_milli),
                capacity_milli,
            })
            .collect();
        let load = LoadRecord { workload: name.clone(), rate_milli, chosen, capacities };
        self.ledger.add(Record::Load(load))?;
        self.events.send(Event::RateChosen { workload: name, rate_milli });
        Ok(())
    }
}

fn burst(workload: &Workload) -> Pace {
    let cycle: u64 = workload.requests.iter().map(|request| u64::from(request.weight)).sum();
    let answers = cycle.clamp(*BURST_ANSWERS.start(), *BURST_ANSWERS.end());
    Pace::Closed { least_ns: BURST_NS, most_ns: LONGEST_BURST_NS, answers }
}

fn utilisation(rate_milli: u64, capacity_milli: &Reading) -> Reading {
    match capacity_milli {
        Reading::Value(capacity) => {
            let share = u128::from(rate_milli) * 1_000 / u128::from((*capacity).max(1));
            Reading::Value(u64::try_from(share).unwrap_or(u64::MAX))
        }
        unavailable => unavailable.clone(),
    }
}
