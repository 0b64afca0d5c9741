//! The order of the trials.

use plimsoll_model::{Aim, JobKind, Trials};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One trial to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) cell: u32,
    pub(crate) aim: Aim,
}

/// Shuffles rounds, each with a random stream of its own: the order within a round depends on the seed, the
/// round and its cells alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    seed: u64,
    trials: Trials,
}

impl Schedule {
    pub(crate) fn new(seed: u64, trials: Trials) -> Self {
        Self { seed, trials }
    }

    /// The trials of a measured round, counted from 0, in the order in which they run.
    ///
    /// Shuffled: running every trial of one lane first would charge a host's slow drift to whichever runs last.
    pub(crate) fn shuffled(&self, round: u32, mut slots: Vec<Slot>) -> Vec<Slot> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(u64::from(round));
        shuffle(&mut slots, &mut random);
        slots
    }

    /// What the plan has a cell do in a round.
    pub(crate) fn planned(&self, round: u32, kind: JobKind) -> Aim {
        if kind.serves() && self.is_loaded(round) { Aim::LOAD } else { Aim::START }
    }

    /// Loaded rounds are spread evenly over the rounds of the plan.
    fn is_loaded(&self, round: u32) -> bool {
        let (rounds, loaded) = (u64::from(self.trials.cold_starts), u64::from(self.trials.loaded));
        let before = |round: u64| (2 * round * loaded + rounds) / (2 * rounds);
        u64::from(round) < rounds && before(u64::from(round)) != before(u64::from(round) + 1)
    }
}

/// Fisher–Yates. Written out, so that a stored seed gives the same order with every version of every crate.
fn shuffle<T>(items: &mut [T], random: &mut impl Rng) {
    for at in (1..items.len()).rev() {
        items.swap(at, below(at as u64 + 1, random) as usize);
    }
}

/// A number below the bound, each equally likely: draws that would favour some are drawn again.
fn below(bound: u64, random: &mut impl Rng) -> u64 {
    let fair = u64::MAX - u64::MAX % bound;
    loop {
        let drawn = random.next_u64();
        if drawn < fair {
            return drawn % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(round: u32, cells: u32) -> Vec<Slot> {
        let kind = |cell| if cell < 5 { JobKind::Run } else { JobKind::Serve };
        (0..cells).map(|cell| Slot { cell, aim: schedule(1).planned(round, kind(cell)) }).collect()
    }

    fn schedule(seed: u64) -> Schedule {
        Schedule::new(seed, Trials { cold_starts: 15, loaded: 3, precision: None })
    }

    #[test]
    fn a_seed_gives_the_same_order_always_and_another_seed_another() {
        let order =
            |seed| (0..15).map(|round| schedule(seed).shuffled(round, slots(round, 20))).collect::<Vec<_>>();
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let first: Vec<u32> = order(1)[0].iter().map(|slot| slot.cell).collect();
        let second: Vec<u32> = order(1)[1].iter().map(|slot| slot.cell).collect();
        assert_ne!(first, second);
    }

    #[test]
    fn a_stored_seed_keeps_its_order_over_versions() {
        let order: Vec<u32> = schedule(7).shuffled(0, slots(0, 6)).iter().map(|slot| slot.cell).collect();
        assert_eq!(order, SEVEN);
    }

    const SEVEN: [u32; 6] = [5, 2, 0, 1, 4, 3];

    #[test]
    fn every_cell_comes_once_in_a_round() {
        let mut order: Vec<u32> =
            schedule(3).shuffled(4, slots(4, 20)).iter().map(|slot| slot.cell).collect();
        order.sort_unstable();
        assert_eq!(order, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn loaded_rounds_are_spread_and_leave_commands_alone() {
        let loaded: Vec<u32> = (0..40).filter(|round| schedule(1).is_loaded(*round)).collect();
        assert_eq!(loaded, [2, 7, 12]);
        assert_eq!(schedule(1).planned(2, JobKind::Serve), Aim::LOAD);
        assert_eq!(schedule(1).planned(2, JobKind::Run), Aim::START);
        let every = Schedule::new(1, Trials { cold_starts: 4, loaded: 4, precision: None });
        assert_eq!((0..9).filter(|round| every.is_loaded(*round)).count(), 4);
    }

    #[test]
    fn draws_are_fair() {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[below(3, &mut random) as usize] += 1;
        }
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 500), "{counts:?}");
    }
}
