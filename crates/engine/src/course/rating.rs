use std::num::NonZeroU64;

use plimsoll_model::{Aim, Capacity, Event, LoadRecord, Phase, Rate, Reading, Record, Service, Slug};

use super::{Course, Stop};
use crate::load::Pace;
use crate::rate::half_rounded_down;
use crate::schedule::Slot;
use crate::trial::Serving;

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
        let services = self.services();
        if services.is_empty() || self.ledger.run().plan.trials.loaded == 0 {
            return Ok(1);
        }
        for alike in services {
            let mut bursts = Vec::new();
            for row in &alike {
                bursts.extend(self.burst_of(*row).await?);
            }
            self.choose_rate(&alike, bursts)?;
        }
        Ok(2)
    }

    /// The rows of services that are loaded alike: one workload under one point, in each of its variants and lanes.
    fn services(&self) -> Vec<Vec<usize>> {
        let mut services: Vec<Vec<usize>> = Vec::new();
        let key = |at: usize| self.ledger.run().rows.get(at).map(|row| (&row.case.workload, row.case.point));
        for at in (0..self.rows.len()).filter(|at| self.rows[*at].workload.kind().serves()) {
            match services.iter_mut().find(|alike| alike.first().is_some_and(|first| key(*first) == key(at)))
            {
                Some(alike) => alike.push(at),
                None => services.push(vec![at]),
            }
        }
        services
    }

    /// What a row could serve. Its arms are the same thing: the first one tells.
    async fn burst_of(&mut self, row: usize) -> Result<Option<(u32, Reading)>, Stop> {
        let cell = self.cell_numbers().find(|cell| self.cells[*cell as usize].row == row);
        let service = self.rows[row].workload.job.service();
        let (Some(cell), Some(pace)) = (cell, service.map(burst)) else { return Ok(None) };
        let slot = Slot { cell, aim: Aim::CAPACITY };
        let reading = match self.make_trial(slot, 1, Serving::Burst(pace)).await? {
            None if self.rows[row].prepared.is_some() => Reading::unavailable("its lane is tried no further"),
            None => Reading::unavailable("it could not be prepared"),
            Some(made) => match (made.failure, made.capacity_milli) {
                (None, Some(capacity)) if capacity > 0 => Reading::Value(capacity),
                (Some(failure), _) => Reading::unavailable(failure),
                _ => Reading::unavailable("nothing was answered rightly"),
            },
        };
        Ok(Some((cell, reading)))
    }

    /// One rate for rows that are loaded alike, with the bursts of their cells.
    fn choose_rate(&mut self, alike: &[usize], bursts: Bursts) -> Result<(), Stop> {
        let first = alike.first().and_then(|at| self.ledger.run().rows.get(*at).zip(self.rows.get(*at)));
        let Some((row, state)) = first else { return Ok(()) };
        let (workload, point) = (row.case.workload.clone(), row.case.point);
        let load = &state.settings.load;
        let slowest =
            bursts.iter().filter_map(|(cell, found)| found.value().map(|milli| (milli, *cell))).min();
        let wanted = load.rates.get(&workload).copied().map_or(load.rate, Rate::FixedMilliPerSecond);
        let (rate_milli, chosen) = match (wanted, slowest) {
            (Rate::FixedMilliPerSecond(rate_milli), _) => (rate_milli, "as the plan asks".to_owned()),
            (Rate::HalfOfSlowest, Some((capacity_milli, cell))) => {
                let lane = self.lanes[self.row(cell).lane].record.slug();
                let per_second = capacity_milli as f64 / 1_000.0;
                let chosen = format!(
                    "half of what `{lane}`, the slowest lane that answers rightly, could serve \
                     ({per_second:.1} requests per second), rounded down to 1, 2 or 5 × 10ⁿ"
                );
                (half_rounded_down(capacity_milli), chosen)
            }
            (Rate::HalfOfSlowest, None) => {
                let message = self.not_loaded(&workload, &bursts);
                self.events.send(Event::Notice { phase: Phase::Serve, message });
                return Ok(());
            }
        };
        for at in alike {
            self.rows[*at].rate_milli = NonZeroU64::new(rate_milli);
        }
        let capacities = bursts
            .into_iter()
            .map(|(cell, capacity_milli)| Capacity {
                cell,
                utilisation_milli: utilisation(rate_milli, &capacity_milli),
                capacity_milli,
            })
            .collect();
        let load = LoadRecord { workload: workload.clone(), point, rate_milli, chosen, capacities };
        self.ledger.add(Record::Load(load))?;
        self.events.send(Event::RateChosen { workload, rate_milli });
        Ok(())
    }

    /// That no rate was found, and why not in each lane.
    fn not_loaded(&self, workload: &Slug, bursts: &Bursts) -> String {
        let why = |(cell, found): &(u32, Reading)| match found {
            Reading::Unavailable { reason } => {
                Some(format!("in `{}`: {reason}", self.lanes[self.row(*cell).lane].record.slug()))
            }
            Reading::Value(_) => None,
        };
        let why: Vec<String> = bursts.iter().filter_map(why).collect();
        format!(
            "`{workload}` is not loaded, for no lane went through the trial that seeks its rate; {}",
            why.join("; ")
        )
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
