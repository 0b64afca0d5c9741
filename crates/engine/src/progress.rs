//! How far a run has come, and how long it may still take.

use std::collections::BTreeMap;

use plimsoll_model::{Aim, Progress};

/// Trials to come and how long those like them took.
#[derive(Debug, Default)]
pub(crate) struct Outlook {
    done: u32,
    coming: BTreeMap<Sort, u32>,
    took: BTreeMap<Sort, Took>,
}

type Sort = (Aim, u32);

#[derive(Clone, Copy, Debug, Default)]
struct Took {
    trials: u32,
    sum_ns: u64,
}

impl Outlook {
    /// Expects more trials of a cell.
    pub(crate) fn expect(&mut self, aim: Aim, cell: u32, trials: u32) {
        *self.coming.entry((aim, cell)).or_default() += trials;
    }

    /// Expects no more trials of a cell. Gives how many it expected.
    pub(crate) fn forget(&mut self, cell: u32) -> u32 {
        let of_cell = self.coming.iter_mut().filter(|((_, known), _)| *known == cell);
        of_cell.map(|(_, coming)| std::mem::take(coming)).sum()
    }

    /// A trial has ended.
    pub(crate) fn ended(&mut self, aim: Aim, cell: u32, took_ns: u64) {
        let sort = (aim, cell);
        self.done += 1;
        if let Some(coming) = self.coming.get_mut(&sort) {
            *coming = coming.saturating_sub(1);
        }
        let took = self.took.entry(sort).or_default();
        took.trials += 1;
        took.sum_ns += took_ns;
    }

    pub(crate) fn progress(&self) -> Progress {
        let coming: u32 = self.coming.values().sum();
        let left_ns: Option<u64> = self
            .coming
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(sort, count)| self.guess_ns(*sort).map(|each| each * u64::from(*count)))
            .sum();
        let left_ms = if self.done == 0 { None } else { left_ns.map(|ns| ns / 1_000_000) };
        Progress { done: self.done, planned: self.done + coming, left_ms }
    }

    /// The mean of the same cell's trials with this aim, else of all cells' with this aim, else of all.
    fn guess_ns(&self, sort: Sort) -> Option<u64> {
        self.mean_ns(|known| known == sort)
            .or_else(|| self.mean_ns(|known| known.0 == sort.0))
            .or_else(|| self.mean_ns(|_| true))
    }

    fn mean_ns(&self, which: impl Fn(Sort) -> bool) -> Option<u64> {
        let (trials, sum_ns) =
            self.took.iter().filter(|(sort, _)| which(**sort)).fold((0, 0), |(trials, sum_ns), (_, took)| {
                (trials + u64::from(took.trials), sum_ns + took.sum_ns)
            });
        (trials > 0).then(|| sum_ns / trials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_comes_from_trials_alike() {
        let mut outlook = Outlook::default();
        outlook.expect(Aim::START, 0, 3);
        outlook.expect(Aim::START, 1, 2);
        assert_eq!(outlook.progress(), Progress { done: 0, planned: 5, left_ms: None });
        outlook.ended(Aim::START, 0, 10_000_000);
        // Two more of the same cell, and two of another that is guessed by this one.
        assert_eq!(outlook.progress(), Progress { done: 1, planned: 5, left_ms: Some(40) });
        outlook.ended(Aim::START, 1, 30_000_000);
        assert_eq!(outlook.progress().left_ms, Some(50));
    }
}
