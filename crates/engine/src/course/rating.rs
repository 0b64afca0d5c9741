use std::num::NonZeroU64;

use plimsoll_model::{Capacity, Event, LoadRecord, Phase, Rate, Reading, Record, Service, Slug, TrialKind};

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

/// What each lane of a service could serve, by the cell of its first arm, in thousandths of a request per second.
type Bursts = Vec<(u32, Reading)>;

impl Course<'_> {
    /// Finds what each lane can serve and chooses the common rate of each service. Gives the first round that
    /// is measured.
    pub(super) async fn find_rates(&mut self) -> Result<u32, Stop> {
        let services: Vec<usize> =
            (0..self.workloads.len()).filter(|at| self.workloads[*at].kind().serves()).collect();
        if services.is_empty() || self.ledger.run().plan.trials.loaded == 0 {
            return Ok(1);
        }
        for workload in services.iter().copied() {
            if self.is_base_of_another(workload) {
                continue;
            }
            let mut alike = vec![(workload, self.bursts_of(workload).await?)];
            if let Some(base) = self.base_of(workload, &services) {
                alike.push((base, self.bursts_of(base).await?));
            }
            self.choose_rate(alike)?;
        }
        Ok(2)
    }

    fn is_base_of_another(&self, workload: usize) -> bool {
        self.ledger.run().plan.changed(self.workloads[workload].name()).is_some()
    }

    /// The version before a change, which is loaded at the same rate.
    fn base_of(&self, workload: usize, services: &[usize]) -> Option<usize> {
        let base = self.ledger.run().plan.bases.get(self.workloads[workload].name())?;
        services.iter().copied().find(|at| self.workloads[*at].name() == base)
    }

    async fn bursts_of(&mut self, workload: usize) -> Result<Bursts, Stop> {
        let mut bursts = Vec::new();
        let Some(pace) = self.workloads[workload].job.service().map(burst) else { return Ok(bursts) };
        // The arms of a lane stand together and are the same thing: the first one tells what it can serve.
        let arms = self.ledger.run().plan.arms.len();
        for cell in self.cell_numbers().step_by(arms.max(1)) {
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

    /// One rate for services that are loaded alike, each with the bursts of its cells.
    fn choose_rate(&mut self, alike: Vec<(usize, Bursts)>) -> Result<(), Stop> {
        let names: Vec<Slug> = alike.iter().map(|(at, _)| self.workloads[*at].name().clone()).collect();
        let all = alike.iter().flat_map(|(_, bursts)| bursts);
        let slowest = all.filter_map(|(cell, found)| found.value().map(|milli| (milli, *cell))).min();
        let plan = &self.ledger.run().plan;
        let named = names.iter().find_map(|name| plan.rates.get(name)).copied();
        let wanted = named.map_or(plan.load.rate, Rate::FixedMilliPerSecond);
        let (rate_milli, chosen) = match (wanted, slowest) {
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
                for name in names {
                    let message = format!("no lane answers `{name}` rightly, so it is not loaded");
                    self.events.send(Event::Notice { phase: Phase::Serve, message });
                }
                return Ok(());
            }
        };
        for ((workload, bursts), name) in alike.into_iter().zip(names) {
            self.rates[workload] = NonZeroU64::new(rate_milli);
            self.keep_rate(name, rate_milli, chosen.clone(), bursts)?;
        }
        Ok(())
    }

    fn keep_rate(
        &mut self,
        workload: Slug,
        rate_milli: u64,
        chosen: String,
        bursts: Bursts,
    ) -> Result<(), Stop> {
        let capacities = bursts
            .into_iter()
            .map(|(cell, capacity_milli)| Capacity {
                cell,
                utilisation_milli: utilisation(rate_milli, &capacity_milli),
                capacity_milli,
            })
            .collect();
        let load = LoadRecord { workload: workload.clone(), rate_milli, chosen, capacities };
        self.ledger.add(Record::Load(load))?;
        self.events.send(Event::RateChosen { workload, rate_milli });
        Ok(())
    }
}

fn burst(service: &Service) -> Pace {
    let cycle: u64 = service.exchanges().map(|request| u64::from(request.weight)).sum();
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
