//! Percentiles of latency, and how sure they are.

use plimsoll_model::Slug;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bootstrap::middle;
use crate::distributions::{Counts, Distributions};
use crate::draws::{Draws, INTERVAL_NEEDS, Resamples};
use crate::trials::Trials;
use crate::{CONFIDENCE, Interval, Known, TooFew, either};

/// What the distributions of one metric say, merged over the trials of a lane or of one of its arms. In
/// nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LatencySummary {
    /// The metric, e.g. `latency`.
    pub metric: Slug,
    /// The manifest's name of the request; absent: all requests together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Slug>,
    /// How many values.
    pub count: u64,
    /// How many trials they come from.
    pub trials: usize,
    /// Median over the values.
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Percentile>")]
    pub p50: Result<Percentile, TooFew>,
    /// 99th percentile; needs 299 values.
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Percentile>")]
    pub p99: Result<Percentile, TooFew>,
    /// 99.9th percentile; needs 2,995 values.
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Percentile>")]
    pub p999: Result<Percentile, TooFew>,
    /// Largest value, as exact as the histogram: three digits.
    pub max_ns: u64,
    /// Why the distributions of some trials could not be read; empty when all could.
    pub unreadable: Vec<String>,
}

/// One percentile.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Percentile {
    /// The value in nanoseconds, as exact as the histogram: three digits.
    pub value_ns: u64,
    /// Its 95 % interval, by resampling trials, never requests: requests of one trial are not independent.
    /// Needs 3 trials, and is rough below 10.
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Interval>")]
    pub interval: Result<Interval, TooFew>,
}

/// A percentile that is reported, and the values it needs: the fewest of which one lies above it with 95 %
/// (1 − qⁿ ≥ 0.95).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Thousandths.
    pub(crate) milli: u32,
    /// Values needed.
    pub(crate) needs: u64,
}

pub(crate) const P50: Level = Level { milli: 500, needs: 1 };
pub(crate) const P99: Level = Level { milli: 990, needs: 299 };
pub(crate) const P999: Level = Level { milli: 999, needs: 2_995 };

/// Summarises every distribution of these cells taken together: first over all requests, then per request.
pub(crate) fn latencies(trials: &Trials<'_>, cells: &[u32]) -> Vec<LatencySummary> {
    let run = trials.run;
    let mut keys: Vec<(&Slug, Option<&Slug>)> = Vec::new();
    let stored = trials.counting(cells).into_iter().flat_map(|trial| &trial.histograms);
    for series in stored.filter_map(|stored| run.series.get(stored.series as usize)) {
        for key in [(&series.metric, None), (&series.metric, series.request.as_ref())] {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys.sort_by_key(|(_, request)| request.is_some());
    let metrics: Vec<&Slug> =
        keys.iter().filter(|(_, request)| request.is_none()).map(|(metric, _)| *metric).collect();
    let read: Vec<_> = metrics.iter().map(|metric| Distributions::read(trials, cells, metric)).collect();
    let draws = Draws::all(run.plan.seed);
    keys.into_iter()
        .filter_map(|(metric, request)| {
            let at = metrics.iter().position(|known| *known == metric)?;
            summary(metric, request, read.get(at)?, &draws)
        })
        .collect()
}

fn summary(
    metric: &Slug,
    request: Option<&Slug>,
    read: &Distributions<'_>,
    draws: &Draws,
) -> Option<LatencySummary> {
    let (trials, unreadable) = (read.of(request), read.unreadable(request));
    if trials.is_empty() && unreadable.is_empty() {
        return None;
    }
    let pool = Pool::of(&trials);
    let [p50, p99, p999] = pool.percentiles([P50, P99, P999], &draws.of(pool.trials));
    Some(LatencySummary {
        metric: metric.clone(),
        request: request.cloned(),
        count: pool.count(),
        trials: trials.len(),
        p50,
        p99,
        p999,
        max_ns: pool.values.last().copied().unwrap_or(0),
        unreadable,
    })
}

/// Several trials' distributions over one axis, so that any resample of the trials has its percentiles by a
/// binary search instead of by adding histograms.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Every value seen, ascending; perhaps others.
    values: Vec<u64>,
    pub(crate) trials: usize,
    /// For each of these values, trial by trial: how many of the trial's values are at most that. A resample adds up
    /// one value's numbers at a time, so that they lie together. A trial's values beyond 2³² − 1 are not counted: no
    /// load serves so many.
    at_most: Vec<u32>,
    /// The same over all trials, each taken once.
    in_all: Vec<u64>,
}

impl Pool {
    pub(crate) fn of<'a>(trials: impl IntoIterator<Item = &'a Counts>) -> Self {
        let trials: Vec<&Counts> = trials.into_iter().collect();
        let mut values: Vec<u64> = trials.iter().copied().flatten().map(|(value, _)| *value).collect();
        values.sort_unstable();
        values.dedup();
        let mut seen = vec![0_u32; trials.len()];
        let mut at_most = Vec::with_capacity(values.len() * trials.len());
        let mut in_all = Vec::with_capacity(values.len());
        let mut steps: Vec<_> = trials.iter().map(|counts| counts.iter().peekable()).collect();
        for value in &values {
            for (seen, steps) in seen.iter_mut().zip(&mut steps) {
                if let Some((_, count)) = steps.next_if(|(own, _)| own == value) {
                    *seen = seen.saturating_add(u32::try_from(*count).unwrap_or(u32::MAX));
                }
            }
            at_most.extend_from_slice(&seen);
            in_all.push(seen.iter().map(|count| u64::from(*count)).sum());
        }
        Self { trials: trials.len(), at_most, in_all, values }
    }

    /// Some of its trials by themselves, over the same values.
    pub(crate) fn part(&self, first: usize, trials: usize) -> Self {
        let rows = self.at_most.chunks_exact(self.trials.max(1));
        let own: Vec<&[u32]> = rows.filter_map(|row| row.get(first..first + trials)).collect();
        let in_all = own.iter().map(|row| row.iter().map(|count| u64::from(*count)).sum()).collect();
        Self { values: self.values.clone(), trials, at_most: own.concat(), in_all }
    }

    /// How many values of each trial are at most the value at this place.
    fn row(&self, at: usize) -> &[u32] {
        self.at_most.get(at * self.trials..(at + 1) * self.trials).unwrap_or_default()
    }

    pub(crate) fn count(&self) -> u64 {
        self.in_all.last().copied().unwrap_or(0)
    }

    /// How many values are at most the value at this place, each trial taken this many times: so many times as there
    /// are trials in all, which u64 holds.
    fn at_most(&self, at: usize, times: &[u8]) -> u64 {
        self.row(at).iter().zip(times).map(|(count, times)| u64::from(*count) * u64::from(*times)).sum()
    }

    /// The place of the smallest value that at least this share of all values does not exceed, each trial taken this
    /// many times, which are `all` values. It is searched for from `near`, where another resample's was.
    fn place(&self, level: Level, times: &[u8], all: u64, near: usize) -> Option<usize> {
        let last = self.values.len().checked_sub(1)?;
        let rank = rank(all, level);
        let near = self.likely(rank, times, near.min(last));
        let reaches = |at: usize| self.at_most(at, times) >= rank;
        let mut step = 1;
        let (mut low, mut high) = (0, last);
        if reaches(near) {
            high = near;
            while high > low {
                let at = high.saturating_sub(step);
                if !reaches(at) {
                    low = at + 1;
                    break;
                }
                (high, step) = (at, step * 2);
            }
        } else {
            low = near + 1;
            while low < high {
                let at = low.saturating_add(step).min(last);
                if reaches(at) {
                    high = at;
                    break;
                }
                (low, step) = (at + 1, step * 2);
            }
        }
        Some(first(low, high, reaches))
    }

    /// Where a rank would be reached if values lay as densely as in all trials together: mostly a step or two away.
    fn likely(&self, rank: u64, times: &[u8], near: usize) -> usize {
        let here = self.in_all.get(near).copied().unwrap_or(0);
        let wanted = (here + rank).saturating_sub(self.at_most(near, times));
        self.in_all.partition_point(|count| *count < wanted).min(self.in_all.len().saturating_sub(1))
    }

    fn value(&self, place: usize) -> Option<u64> {
        self.values.get(place).copied()
    }

    /// The percentile over all trials.
    pub(crate) fn point(&self, level: Level) -> Result<u64, TooFew> {
        let too_few = TooFew { have: self.count(), need: level.needs };
        if too_few.have < too_few.need {
            return Err(too_few);
        }
        let place = self.place(level, &vec![1; self.trials], too_few.have, 0);
        place.and_then(|place| self.value(place)).ok_or(too_few)
    }

    /// The percentile of each trial by itself.
    pub(crate) fn points(&self, level: Level) -> Vec<f64> {
        let last = self.values.len().saturating_sub(1);
        let alone = |trial: usize| {
            let own = |at: usize| self.row(at).get(trial).map_or(0, |count| u64::from(*count));
            let rank = rank(Some(own(last)).filter(|all| *all > 0)?, level);
            self.value(first(0, last, |at| own(at) >= rank)).map(|value| value as f64)
        };
        (0..self.trials).filter_map(alone).collect()
    }

    fn percentiles<const N: usize>(
        &self,
        levels: [Level; N],
        resamples: &Resamples,
    ) -> [Result<Percentile, TooFew>; N] {
        let mut drawn = self.drawn(levels, resamples).into_iter();
        levels.map(|level| {
            let interval = self.interval(drawn.next().unwrap_or_default());
            Ok(Percentile { value_ns: self.point(level)?, interval })
        })
    }

    fn too_few_trials(&self) -> TooFew {
        TooFew { have: self.trials as u64, need: INTERVAL_NEEDS as u64 }
    }

    /// The interval of a percentile from what it was in resamples.
    pub(crate) fn interval(&self, drawn: Vec<f64>) -> Result<Interval, TooFew> {
        if self.trials < INTERVAL_NEEDS {
            return Err(self.too_few_trials());
        }
        Ok(middle(drawn, CONFIDENCE))
    }

    /// Several percentiles of each resample.
    pub(crate) fn drawn<const N: usize>(&self, levels: [Level; N], resamples: &Resamples) -> [Vec<f64>; N] {
        let mut drawn = levels.map(|level| (level, 0, Vec::new()));
        let last = self.values.len().saturating_sub(1);
        let mut draw_one = |times: &[u8]| {
            let all = self.at_most(last, times);
            for (level, near, drawn) in &mut drawn {
                let Some(place) = self.place(*level, times, all, *near) else { continue };
                drawn.extend(self.value(place).map(|value| value as f64));
                *near = place;
            }
        };
        resamples.each().for_each(&mut draw_one);
        drawn.map(|(_, _, drawn)| drawn)
    }
}

/// The first place of these that reaches something, by halving; the last one where none before it does.
fn first(mut low: usize, mut high: usize, reaches: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let half = usize::midpoint(low, high);
        if reaches(half) {
            high = half;
        } else {
            low = half + 1;
        }
    }
    low
}

/// How many values of so many are to be at most a percentile.
fn rank(all: u64, level: Level) -> u64 {
    let milli = u64::from(level.milli);
    (all / 1_000 * milli + (all % 1_000 * milli).div_ceil(1_000)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(values: impl IntoIterator<Item = u64>) -> Counts {
        values.into_iter().map(|value| (value, 1)).collect()
    }

    #[test]
    fn percentiles_are_those_of_all_trials_merged() {
        let pool = Pool::of(&[trial(1..=1_000), trial(1_001..=2_000), trial(2_001..=3_000)]);
        assert_eq!(pool.point(P50), Ok(1_500));
        assert_eq!(pool.point(P99), Ok(2_970));
        assert_eq!(pool.point(P999), Ok(2_997));
    }

    #[test]
    fn a_percentile_beyond_the_values_is_too_few() {
        let pool = Pool::of(&[trial(0..298)]);
        assert_eq!(pool.point(P99), Err(TooFew { have: 298, need: 299 }));
        assert!(Pool::of(&[trial(0..299)]).point(P99).is_ok());
        assert_eq!(Pool::of(&[trial(0..2_994)]).point(P999), Err(TooFew { have: 2_994, need: 2_995 }));
        assert!(Pool::of(&[trial(0..2_995)]).point(P999).is_ok());
    }

    #[test]
    fn from_wherever_the_search_begins_it_finds_the_same() {
        let trials: Vec<Counts> = (0..7).map(|at| trial((at * 31..at * 31 + 400).step_by(3))).collect();
        let pool = Pool::of(&trials);
        let times = [0, 3, 1, 1, 0, 2, 0];
        for level in [P50, P99, P999] {
            let all = pool.at_most(pool.values.len() - 1, &times);
            let rank = rank(all, level);
            let expected = (0..pool.values.len()).find(|at| pool.at_most(*at, &times) >= rank);
            for near in [0, 1, 50, pool.values.len() - 1, usize::MAX] {
                assert_eq!(pool.place(level, &times, all, near), expected, "{level:?} from {near}");
            }
        }
    }

    #[test]
    fn each_trial_has_the_percentile_of_its_own_values() {
        let pool = Pool::of(&[trial(1..=1_000), trial([]), trial(1_001..=2_000)]);
        let found: Vec<u64> = pool.points(P99).into_iter().map(|value| value as u64).collect();
        assert_eq!(found, [990, 1_990]);
    }

    #[test]
    fn a_part_of_a_pool_has_the_percentiles_that_its_trials_have_by_themselves() {
        let trials: Vec<Counts> =
            (0..25).map(|at| trial((at * 17..at * 17 + 900).step_by(at as usize % 4 + 1))).collect();
        let (whole, draws) = (Pool::of(&trials), Draws::all(3));
        for (first, count) in [(0, 12), (12, 13), (24, 1), (0, 25)] {
            let (part, alone) = (whole.part(first, count), Pool::of(&trials[first..first + count]));
            assert_eq!((part.trials, part.count()), (alone.trials, alone.count()));
            for level in [P50, P99, P999] {
                assert_eq!(
                    (part.point(level), part.points(level)),
                    (alone.point(level), alone.points(level))
                );
            }
            let resamples = draws.of(count);
            assert_eq!(part.drawn([P50, P99], &resamples), alone.drawn([P50, P99], &resamples));
        }
    }

    #[test]
    fn requests_of_two_trials_are_not_enough_for_an_interval_however_many_they_are() {
        let pool = Pool::of(&[trial(0..100_000), trial(0..100_000)]);
        let p50 = pool.percentiles([P50], &Draws::all(1).of(2))[0].clone().unwrap();
        assert_eq!(p50.interval, Err(TooFew { have: 2, need: 3 }));
    }

    #[test]
    fn the_interval_is_as_wide_as_trials_differ_not_as_requests_do() {
        let p50 = |pool: &Pool| {
            let [drawn] = pool.drawn([P50], &Draws::all(1).of(pool.trials));
            pool.interval(drawn).unwrap()
        };
        let alike = p50(&Pool::of(&vec![trial(0..10_000); 5]));
        assert!((alike.high - alike.low).abs() < f64::EPSILON);
        let shifted: Vec<Counts> = (0..5).map(|at| trial(at * 1_000..at * 1_000 + 1_000)).collect();
        let differing = p50(&Pool::of(&shifted));
        assert!(differing.high - differing.low > 1_500.0, "{differing:?}");
    }
}
