//! The values on one side of a ratio.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use plimsoll_model::{Phase, Reading, Run, Slug};

use crate::chance::{cliffs_delta, rank_sum};
use crate::comparison::Compared;
use crate::distributions::Distributions;
use crate::latency::{Draws, Level, P50, P99, Pool};
use crate::resampled::{quotient, ratio_interval};
use crate::trials::{Trials, phases_of, prepared};
use crate::{CONFIDENCE, Interval, TooFew, median, median_interval, names};

/// The values of one side of a ratio.
pub(crate) enum Side {
    /// One value a trial.
    Values(Vec<f64>),
    /// One distribution a trial, of which a percentile is taken.
    Distributions(Rc<Pool>, Level),
    /// What was measured while preparing, the same each time it is.
    Exact(f64),
    /// Nothing.
    Nothing,
}

/// Cells, and a metric.
type Place = (Vec<u32>, Slug);

/// What is read of a run for figures that belong together: a distribution is decoded once for all of its percentiles.
pub(crate) struct Reader<'run> {
    pub(crate) trials: &'run Trials<'run>,
    pools: RefCell<HashMap<Place, Rc<Pool>>>,
}

impl<'run> Reader<'run> {
    pub(crate) fn of(trials: &'run Trials<'run>) -> Self {
        Self { trials, pools: RefCell::default() }
    }

    fn pool(&self, cells: &[u32], metric: &Slug) -> Rc<Pool> {
        let read = || Rc::new(Pool::of(&Distributions::read(self.trials, cells, metric).of(None)));
        let mut pools = self.pools.borrow_mut();
        Rc::clone(pools.entry((cells.to_vec(), metric.clone())).or_insert_with(read))
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
                Self::Values(values.into_iter().map(|(_, value)| value).collect())
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
            Self::Values(values) => median(values),
            Self::Distributions(pool, level) => pool.point(*level).ok().map(|value| value as f64),
            Self::Exact(value) => Some(*value),
            Self::Nothing => None,
        }
    }

    /// The figure's own interval.
    pub(crate) fn own_interval(&self, seed: u64) -> Option<Result<Interval, TooFew>> {
        match self {
            Self::Values(values) => Some(median_interval(values, CONFIDENCE)),
            Self::Distributions(pool, level) => Some(pool.interval(*level, seed)),
            Self::Exact(value) => Some(Ok(Interval { low: *value, high: *value })),
            Self::Nothing => None,
        }
    }

    /// What a percentile lacks where there are requests, but not enough for it.
    pub(crate) fn shortage(&self) -> Option<TooFew> {
        match self {
            Self::Distributions(pool, level) => pool.point(*level).err().filter(|too_few| too_few.have > 0),
            _ => None,
        }
    }

    /// How many trials it has, one for what is exact.
    pub(crate) fn trials(&self) -> usize {
        self.each().len()
    }

    /// The interval of this side over another one.
    pub(crate) fn interval(
        &self,
        other: &Self,
        confidence: f64,
        draws: Draws,
    ) -> Option<Result<Interval, TooFew>> {
        Some(match (self, other) {
            (Self::Values(own), Self::Values(others)) => ratio_interval(own, others, confidence),
            (Self::Distributions(own, level), Self::Distributions(others, _)) => {
                own.ratio_interval(others, *level, confidence, draws)
            }
            (Self::Exact(own), Self::Exact(other)) => {
                let ratio = quotient(*own, *other);
                Ok(Interval { low: ratio, high: ratio })
            }
            _ => return None,
        })
    }

    /// `None` where a side has nothing, or only the other one is 0.
    pub(crate) fn over(&self, other: &Self, draws: Draws) -> Option<Ratio> {
        let (own, others) = (self.point()?, other.point()?);
        let zero = |value: f64| value.abs() < f64::MIN_POSITIVE;
        if zero(others) && !zero(own) {
            return None;
        }
        let interval = self.interval(other, CONFIDENCE, draws)?;
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
            Self::Values(values) => values.clone(),
            Self::Distributions(pool, level) => pool.points(*level),
            Self::Exact(value) => vec![*value],
            Self::Nothing => Vec::new(),
        }
    }
}

/// Everything that is compared in this run.
pub(crate) fn compared(run: &Run) -> Vec<Compared> {
    let mut figures = Vec::new();
    let over_trials = |metric: &Slug| {
        let figure = |phase| Compared { metric: metric.clone(), phase, percentile_milli: None };
        phases_of(run, metric).into_iter().map(figure).collect::<Vec<_>>()
    };
    for metric in [names::COLD_START, names::PSS, names::USS] {
        figures.extend(over_trials(&metric));
    }
    if run.series.iter().any(|series| series.metric == names::LATENCY) {
        figures.extend([P50, P99].map(|level| Compared {
            metric: names::LATENCY,
            phase: Phase::Serve,
            percentile_milli: Some(level.milli),
        }));
    }
    for metric in [names::WIRE_SIZE, names::UNPACKED_SIZE, names::COMPILED_SIZE] {
        figures.extend(over_trials(&metric).into_iter().filter(Compared::is_exact));
    }
    figures
}

/// The cells of a workload in a lane, all arms.
pub(crate) fn cells(run: &Run, workload: &Slug, lane: &Slug) -> Vec<u32> {
    let cells = (0_u32..).zip(&run.cells);
    cells.filter(|(_, cell)| cell.workload == *workload && cell.lane == *lane).map(|(at, _)| at).collect()
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
