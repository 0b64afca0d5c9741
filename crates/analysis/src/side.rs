//! The values on one side of a ratio.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use plimsoll_model::{ComparedBy, Metric, Reading, Run, Slug};

use crate::bootstrap::enough_for_a_ratio;
use crate::chance::{cliffs_delta, rank_sum};
use crate::distributions::{Counts, Distributions};
use crate::draws::{Draws, Resamples};
use crate::figure::Compared;
use crate::latency::{Level, P50, P99, Pool};
use crate::resampled::{Resampled, quotient};
use crate::trials::{Trials, phases_of, prepared};
use crate::{CONFIDENCE, Interval, TooFew, median, median_interval};

/// The values of one side of a ratio.
pub(crate) enum Side {
    /// One value a trial.
    Values(Values),
    /// One distribution a trial, of which a percentile is taken.
    Distributions(Rc<Drawn>, Level),
    /// What was measured while preparing, the same each time it is.
    Exact(f64),
    /// Nothing.
    Nothing,
}

/// Values, and what the medians of their resamples are, worked out once for every ratio they are part of.
pub(crate) struct Values {
    each: Vec<f64>,
    resampled: OnceCell<Resampled>,
}

impl Values {
    fn resampled(&self) -> &Resampled {
        self.resampled.get_or_init(|| Resampled::medians(&self.each))
    }
}

/// The percentiles that are compared.
const LEVELS: [Level; 2] = [P50, P99];

/// Distributions, and what the percentiles of their resamples are, drawn once for every ratio they are part of.
pub(crate) struct Drawn {
    pool: Pool,
    resamples: Rc<Resamples>,
    /// By level, in the order of [`LEVELS`].
    percentiles: OnceCell<[(Result<Interval, TooFew>, Resampled); 2]>,
}

impl Drawn {
    fn percentiles(&self, level: Level) -> &(Result<Interval, TooFew>, Resampled) {
        let [p50, p99] = self.percentiles.get_or_init(|| {
            let drawn = self.pool.drawn(LEVELS, &self.resamples);
            drawn.map(|drawn| (self.pool.interval(drawn.clone()), Resampled::drawn(drawn)))
        });
        if level.milli == P99.milli { p99 } else { p50 }
    }
}

/// What was read once, by cell or cells, and by metric.
type Kept<Of, T> = RefCell<HashMap<(Of, Slug), Rc<T>>>;

/// What is read of a run for figures that belong together: a distribution is decoded once for all of its percentiles.
pub(crate) struct Reader<'run> {
    pub(crate) trials: &'run Trials<'run>,
    draws: &'run Draws,
    counts: Kept<u32, Vec<Counts>>,
    pools: Kept<Vec<u32>, Drawn>,
}

impl<'run> Reader<'run> {
    pub(crate) fn of(trials: &'run Trials<'run>, draws: &'run Draws) -> Self {
        Self { trials, draws, counts: RefCell::default(), pools: RefCell::default() }
    }

    /// All requests together, trial by trial: decoded once for the lane and for its arm.
    fn counts(&self, cell: u32, metric: &Slug) -> Rc<Vec<Counts>> {
        let read = || Rc::new(Distributions::read(self.trials, &[cell], metric).of(None));
        let mut counts = self.counts.borrow_mut();
        Rc::clone(counts.entry((cell, metric.clone())).or_insert_with(read))
    }

    fn pool(&self, cells: &[u32], metric: &Slug) -> Rc<Drawn> {
        let key = (cells.to_vec(), metric.clone());
        if let Some(known) = self.pools.borrow().get(&key) {
            return Rc::clone(known);
        }
        let pool = self.arm(cells, metric).unwrap_or_else(|| {
            let counts: Vec<_> = cells.iter().map(|cell| self.counts(*cell, metric)).collect();
            Pool::of(counts.iter().flat_map(|counts| counts.iter()))
        });
        let resamples = self.draws.of(pool.trials);
        let drawn = Rc::new(Drawn { pool, resamples, percentiles: OnceCell::new() });
        self.pools.borrow_mut().insert(key, Rc::clone(&drawn));
        drawn
    }

    /// An arm of a lane that was pooled already: its trials are a part of the lane's.
    fn arm(&self, cells: &[u32], metric: &Slug) -> Option<Pool> {
        let [arm] = cells else { return None };
        let pools = self.pools.borrow();
        let ((lane, _), drawn) = pools.iter().find(|((of, name), _)| name == metric && of.contains(arm))?;
        let trials = |cell: &u32| self.counts(*cell, metric).len();
        let before = lane.iter().take_while(|cell| *cell != arm).map(trials).sum();
        Some(drawn.pool.part(before, trials(arm)))
    }
}

/// One side over the other.
pub(crate) struct Ratio {
    pub(crate) n: [usize; 2],
    pub(crate) ratio: f64,
    pub(crate) interval: Result<Interval, TooFew>,
    pub(crate) effect: f64,
    /// How probable ranks as far apart are without a difference, before any correction; absent for what is exact.
    pub(crate) chance: Option<f64>,
}

impl Side {
    pub(crate) fn of(reader: &Reader<'_>, cells: &[u32], figure: &Compared) -> Self {
        if figure.is_exact() {
            return median(&prepared(reader.trials.run, cells, &figure.metric))
                .map_or(Self::Nothing, Self::Exact);
        }
        match figure.percentile_milli {
            None => {
                let values = reader.trials.values(cells, &figure.metric, figure.phase);
                let each = values.into_iter().map(|(_, value)| value).collect();
                Self::Values(Values { each, resampled: OnceCell::new() })
            }
            Some(milli) => {
                let level = if milli == P99.milli { P99 } else { P50 };
                Self::Distributions(reader.pool(cells, &figure.metric), level)
            }
        }
    }

    /// The figure itself, in the metric's base unit.
    pub(crate) fn point(&self) -> Option<f64> {
        match self {
            Self::Values(values) => median(&values.each),
            Self::Distributions(drawn, level) => drawn.pool.point(*level).ok().map(|value| value as f64),
            Self::Exact(value) => Some(*value),
            Self::Nothing => None,
        }
    }

    /// The figure's own interval.
    pub(crate) fn own_interval(&self) -> Option<Result<Interval, TooFew>> {
        match self {
            Self::Values(values) => Some(median_interval(&values.each, CONFIDENCE)),
            Self::Distributions(drawn, level) => Some(drawn.percentiles(*level).0),
            Self::Exact(value) => Some(Ok(Interval { low: *value, high: *value })),
            Self::Nothing => None,
        }
    }

    /// What a percentile lacks where there are requests, but not enough for it.
    pub(crate) fn shortage(&self) -> Option<TooFew> {
        match self {
            Self::Distributions(drawn, level) => {
                drawn.pool.point(*level).err().filter(|too_few| too_few.have > 0)
            }
            _ => None,
        }
    }

    /// How many trials it has, one for what is exact.
    pub(crate) fn trials(&self) -> usize {
        match self {
            Self::Values(values) => values.each.len(),
            Self::Distributions(drawn, _) => drawn.pool.trials,
            Self::Exact(_) => 1,
            Self::Nothing => 0,
        }
    }

    /// The interval of this side over another one.
    pub(crate) fn interval(&self, other: &Self, confidence: f64) -> Option<Result<Interval, TooFew>> {
        if let (Self::Exact(own), Self::Exact(other)) = (self, other) {
            let ratio = quotient(*own, *other);
            return Some(Ok(Interval { low: ratio, high: ratio }));
        }
        if let Err(too_few) = enough_for_a_ratio(self.trials(), other.trials()) {
            return Some(Err(too_few));
        }
        Some(Ok(self.resampled()?.ratio(other.resampled()?, confidence)))
    }

    /// What it is in resamples of its trials; `None` of what is exact, and of nothing.
    fn resampled(&self) -> Option<&Resampled> {
        match self {
            Self::Values(values) => Some(values.resampled()),
            Self::Distributions(drawn, level) => Some(&drawn.percentiles(*level).1),
            Self::Exact(_) | Self::Nothing => None,
        }
    }

    /// `None` where a side has nothing, or only the other one is 0.
    pub(crate) fn over(&self, other: &Self) -> Option<Ratio> {
        let (own, others) = (self.point()?, other.point()?);
        let zero = |value: f64| value.abs() < f64::MIN_POSITIVE;
        if zero(others) && !zero(own) {
            return None;
        }
        let interval = self.interval(other, CONFIDENCE)?;
        let ratio = quotient(own, others);
        let (own, others) = (self.each(), other.each());
        let exact = matches!(self, Self::Exact(_));
        Some(Ratio {
            n: [own.len(), others.len()],
            ratio,
            interval,
            effect: cliffs_delta(&own, &others),
            chance: (!exact).then(|| rank_sum(&own, &others)),
        })
    }

    /// One value for each trial.
    fn each(&self) -> Vec<f64> {
        match self {
            Self::Values(values) => values.each.clone(),
            Self::Distributions(drawn, level) => drawn.pool.points(*level),
            Self::Exact(value) => vec![*value],
            Self::Nothing => Vec::new(),
        }
    }
}

/// Everything that is compared in this run: medians over trials, percentiles, and what is exact, each in the order of the
/// run's metrics.
pub(crate) fn compared(run: &Run) -> Vec<Compared> {
    let by = |ways: &'static [ComparedBy]| {
        run.metrics.iter().filter(|metric| metric.compared.is_some_and(|way| ways.contains(&way)))
    };
    let by_phase = |metric: &Metric| {
        let of_phase = |phase| Compared { metric: metric.slug.clone(), phase, percentile_milli: None };
        phases_of(run, &metric.slug).into_iter().map(of_phase).collect::<Vec<_>>()
    };
    let medians = by(&[ComparedBy::Median, ComparedBy::MedianOfPhase]).flat_map(by_phase);
    let percentiles = by(&[ComparedBy::Percentiles]).flat_map(|metric| {
        let series = run.series.iter().find(|series| series.metric == metric.slug);
        series.into_iter().flat_map(|series| {
            LEVELS.map(|level| Compared {
                metric: metric.slug.clone(),
                phase: series.phase,
                percentile_milli: Some(level.milli),
            })
        })
    });
    let exact = by(&[ComparedBy::Exact]).flat_map(by_phase).filter(Compared::is_exact);
    medians.chain(percentiles).chain(exact).collect()
}

/// Why a figure of these cells is not to be had, in words.
pub(crate) fn why_none(trials: &Trials<'_>, cells: &[u32], figure: &Compared) -> String {
    if cells.is_empty() {
        return "it was not part of the run".to_owned();
    }
    let made = trials.run.prepared(cells);
    if let Some(failure) = made.into_iter().find_map(|made| made.failure.as_ref()) {
        return format!("it could not be prepared: {}", failure.message);
    }
    let unavailable =
        trials.readings(cells, &figure.metric, figure.phase).into_iter().find_map(|reading| match reading {
            Reading::Unavailable { reason } => Some(reason.to_string()),
            Reading::Value(_) => None,
        });
    if let Some(reason) = unavailable {
        return reason;
    }
    match trials.counting(cells).into_iter().find_map(|trial| trial.outcome.trouble()) {
        Some(trouble) => format!("no trial with it has passed; the first that did not: {trouble}"),
        None => "no trial took it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(trials: u64, factor: u64) -> Side {
        let trial = |at: u64| -> Counts { (1..500).map(|value| (factor * (value + at), 1)).collect() };
        let pool = Pool::of(&(0..trials).map(trial).collect::<Vec<_>>());
        let resamples = Draws::all(9).of(pool.trials);
        Side::Distributions(Rc::new(Drawn { pool, resamples, percentiles: OnceCell::new() }), P50)
    }

    #[test]
    fn ten_trials_on_each_side_give_a_ratio_with_an_interval() {
        let interval = side(10, 30).interval(&side(10, 10), CONFIDENCE).unwrap().unwrap();
        assert!(interval.contains(3.0) && interval.high - interval.low < 0.1, "{interval:?}");
        let too_few = side(9, 1).interval(&side(10, 1), CONFIDENCE).unwrap();
        assert_eq!(too_few, Err(TooFew { have: 9, need: 10 }));
    }

    #[test]
    fn a_ratio_of_drawn_percentiles_is_that_of_resampling_both_sides_together() {
        let (own, other) = (side(12, 30), side(15, 10));
        let found = own.interval(&other, CONFIDENCE).unwrap().unwrap();
        let (Side::Distributions(own, _), Side::Distributions(other, _)) = (&own, &other) else { panic!() };
        let drawn = |side: &Drawn, seed| {
            let [drawn] = side.pool.drawn([P50], &Draws::all(seed).of(side.pool.trials));
            drawn
        };
        let pairs = drawn(own, 1).into_iter().zip(drawn(other, 2)).map(|(own, other)| own / other);
        let paired = crate::bootstrap::middle(pairs.collect(), CONFIDENCE);
        // The values are 0.4 % apart.
        assert!((found.low / paired.low - 1.0).abs() < 0.005, "{found:?} {paired:?}");
        assert!((found.high / paired.high - 1.0).abs() < 0.005, "{found:?} {paired:?}");
    }
}
