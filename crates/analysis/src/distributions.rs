//! The distributions of trials, decoded.

use plimsoll_model::{Phase, Slug};

use crate::counts;
use crate::trials::Trials;

/// Values of one trial with how often each was seen: in ascending order, each value once.
pub(crate) type Counts = Vec<(u64, u64)>;

/// The distributions of one metric, trial by trial and request by request. No request: of all requests together.
#[derive(Debug, Default)]
pub(crate) struct Distributions<'run> {
    trials: Vec<Vec<(Option<&'run Slug>, Counts)>>,
    unreadable: Vec<(Option<&'run Slug>, String)>,
}

impl<'run> Distributions<'run> {
    /// Reads those of the loads that can be trusted.
    pub(crate) fn read(trials: &Trials<'run>, cells: &[u32], metric: &Slug) -> Self {
        let mut read = Self::default();
        for trial in trials.telling_of(cells, Phase::Serve) {
            let mut parts = Vec::new();
            for stored in &trial.histograms {
                let Some(series) = trials.run.series.get(stored.series as usize) else { continue };
                if series.metric != *metric {
                    continue;
                }
                let request = series.request.as_ref();
                match counts(stored) {
                    Ok(counts) => parts.push((request, counts)),
                    Err(error) => {
                        let text = format!("the `{metric}` histogram of trial {}: {error}", trial.position);
                        read.unreadable.push((request, text));
                    }
                }
            }
            read.trials.push(parts);
        }
        read
    }

    /// One for each trial that has any values, either of one request, or of all requests together. Where a trial has a
    /// histogram over all requests, that one is taken; else those of its requests are added up.
    pub(crate) fn of(&self, request: Option<&Slug>) -> Vec<Counts> {
        let of_trial = |parts: &Vec<(Option<&Slug>, Counts)>| {
            let whole = parts.iter().any(|(of, _)| of.is_none());
            let wanted = |of: Option<&Slug>| match request {
                None => of.is_none() || !whole,
                Some(_) => of == request,
            };
            let wanted = parts.iter().filter(|(of, _)| wanted(*of)).map(|(_, counts)| counts);
            Some(together(wanted)).filter(|counts| !counts.is_empty())
        };
        self.trials.iter().filter_map(of_trial).collect()
    }

    /// Why some could not be read: those of a request, or all of them.
    pub(crate) fn unreadable(&self, request: Option<&Slug>) -> Vec<String> {
        let wanted = |of: Option<&Slug>| request.is_none() || of == request;
        self.unreadable.iter().filter(|(of, _)| wanted(*of)).map(|(_, why)| why.clone()).collect()
    }
}

fn together<'a>(mut parts: impl Iterator<Item = &'a Counts>) -> Counts {
    let first = parts.next().cloned().unwrap_or_default();
    parts.fold(first, |all, part| merged(&all, part))
}

fn merged(one: &Counts, other: &Counts) -> Counts {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let mut others = other.iter().copied().peekable();
    for (value, count) in one.iter().copied() {
        while let Some(less) = others.next_if(|(other, _)| *other < value) {
            all.push(less);
        }
        let same = others.next_if(|(other, _)| *other == value);
        all.push((value, count.saturating_add(same.map_or(0, |(_, count)| count))));
    }
    all.extend(others);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_a_trial_are_added_up_value_by_value() {
        let parts: [Counts; 4] =
            [vec![(1, 2), (5, 1), (9, u64::MAX)], vec![(0, 1), (5, 4)], vec![], vec![(9, 1), (10, 3)]];
        assert_eq!(together(parts.iter()), [(0, 1), (1, 2), (5, 5), (9, u64::MAX), (10, 3)]);
        assert_eq!(together([].iter()), []);
    }
}
