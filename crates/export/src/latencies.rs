//! The corrected latencies of trials as histograms, all requests together.

use hdrhistogram::Histogram;
use plimsoll_analysis::{decode, names};
use plimsoll_format::plain;
use plimsoll_model::{Phase, Run, StoredHistogram, Trial};

/// What one trial served.
pub(crate) struct Served<'run> {
    pub(crate) trial: &'run Trial,
    /// From the time each request was due; absent where there is none to read.
    pub(crate) histogram: Option<Histogram<u64>>,
    /// Why histograms could not be read.
    pub(crate) unreadable: Vec<String>,
}

/// The trials of a run that count, have latencies and can be trusted with them, in the order in which they ran. Where a trial has a
/// histogram over all requests, that one is taken; else those of its requests are added up.
pub(crate) fn served(run: &Run) -> impl Iterator<Item = Served<'_>> {
    run.trials.iter().filter(|trial| trial.tells_of(Phase::Serve)).filter_map(|trial| {
        let of_latency: Vec<_> = trial
            .histograms
            .iter()
            .filter_map(|stored| Some((run.series.get(stored.series as usize)?, stored)))
            .filter(|(series, _)| series.metric == names::LATENCY)
            .collect();
        let whole = of_latency.iter().any(|(series, _)| series.request.is_none());
        let wanted = of_latency.iter().filter(|(series, _)| series.request.is_none() || !whole);
        let (histogram, unreadable) = merged(wanted.map(|(_, stored)| *stored));
        let found = histogram.is_some() || !unreadable.is_empty();
        found.then_some(Served { trial, histogram, unreadable })
    })
}

fn merged<'run>(
    stored: impl Iterator<Item = &'run StoredHistogram>,
) -> (Option<Histogram<u64>>, Vec<String>) {
    let (mut all, mut unreadable) = (None, Vec::new());
    for stored in stored {
        match decode(stored) {
            Ok(found) => add(&mut all, &found),
            Err(error) => unreadable.push(plain(&error.to_string())),
        }
    }
    (all, unreadable)
}

/// Adds a histogram to another of the range that every one of them fits.
pub(crate) fn add(all: &mut Option<Histogram<u64>>, found: &Histogram<u64>) {
    let (lowest, highest) = (StoredHistogram::LOWEST_NS, StoredHistogram::HIGHEST_NS);
    let empty = || Histogram::new_with_bounds(lowest, highest, StoredHistogram::DIGITS).ok();
    if found.is_empty() {
        return;
    }
    let sum = all.take().or_else(empty).map(|mut all| {
        // Both have the same bounds, so that nothing lies beyond them.
        let _ = all.add(found);
        all
    });
    *all = sum;
}
