//! How far runs of the same thing on the same host differ by themselves.

use plimsoll_model::{Case, Host, Run, RunId, Slug};
use serde::{Deserialize, Serialize};

use crate::chance::{student_quantile, student_two_sided};
use crate::conditions::{MayChange, Obstacle, RunSide, obstacles, other_host};
use crate::draws::Draws;
use crate::figure::Compared;
use crate::side::{Reader, Side, compared};
use crate::trace::STOLEN_MILLI;
use crate::trials::Trials;

/// Runs that a statement about run-to-run noise needs.
pub const NOISE_RUNS: usize = 5;
/// Two-sided chance with which two runs of the same thing lie beyond their noise floor.
const BEYOND: f64 = 0.01;

/// What repeated runs of the same plan on one host say about the noise between runs there. Plain data, to be kept
/// by host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunNoise {
    /// The host of the runs.
    pub host: Host,
    /// The runs it was made from.
    pub runs: Vec<RunId>,
    /// What they say, figure by figure. Sizes are exact and not among them.
    pub figures: Vec<FigureNoise>,
}

/// How far one figure of a lane moves between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureNoise {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// What was measured.
    pub figure: Compared,
    /// How many of the runs have it; at least [`NOISE_RUNS`].
    pub runs: usize,
    /// Standard deviation of its natural logarithm between runs.
    pub spread: f64,
    /// The factor, at least 1, that the ratio of two more runs exceeds once in a hundred times: the farther end of
    /// the 99 % prediction interval, or the largest ratio of two of the runs where that is more.
    pub floor: f64,
    /// The largest share of the cores' time that a virtual machine's host gave to others during the trials of one of the
    /// runs, in thousandths.
    #[serde(default)]
    pub stolen_milli: u64,
}

/// Why runs say nothing about the noise between them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoiseError {
    /// There are not enough.
    #[error("{have} runs are too few to tell how far runs differ by themselves: make at least {NOISE_RUNS}")]
    TooFewRuns {
        /// How many there are.
        have: usize,
    },
    /// One was made under other conditions than the first.
    #[error("run `{run}` can't be set beside `{first}`, {obstacle}: repeat one plan on one host")]
    Unlike {
        /// The first run.
        first: RunId,
        /// The run that differs.
        run: RunId,
        /// In what.
        obstacle: Box<Obstacle>,
    },
}

impl RunNoise {
    /// From repeated runs.
    ///
    /// # Errors
    /// With fewer than [`NOISE_RUNS`], or when one of them was made under other conditions.
    pub fn of(runs: &[&Run]) -> Result<Self, NoiseError> {
        let (Some(first), true) = (runs.first(), runs.len() >= NOISE_RUNS) else {
            return Err(NoiseError::TooFewRuns { have: runs.len() });
        };
        let figures: Vec<Compared> =
            compared(first).into_iter().filter(|figure| !figure.is_exact()).collect();
        let mut found = Vec::new();
        let draws = Draws::all(first.plan.seed);
        let trials: Vec<Trials<'_>> = runs.iter().map(|run| Trials::of(run)).collect();
        let stolen_milli = trials.iter().map(Trials::stolen_milli).max().unwrap_or(0);
        for case in first.cases().into_iter().filter(|case| case.is_plain()) {
            for figure in &figures {
                for run in runs {
                    let mut unlike = obstacles(first, run, case, figure, &MayChange::Nothing).into_iter();
                    if let Some(obstacle) = unlike.next() {
                        let (first, run) = (first.id.clone(), run.id.clone());
                        return Err(NoiseError::Unlike { first, run, obstacle: Box::new(obstacle) });
                    }
                }
                for lane in first.lane_slugs() {
                    let point = |trials: &Trials<'_>| {
                        Side::of(&Reader::of(trials, &draws), &trials.run.cells_in(case, lane), figure)
                            .point()
                    };
                    let points: Vec<f64> = trials.iter().filter_map(point).collect();
                    let known = FigureNoise::of(&case.workload, lane, figure, &points);
                    found.extend(known.map(|known| FigureNoise { stolen_milli, ..known }));
                }
            }
        }
        let runs = runs.iter().map(|run| run.id.clone()).collect();
        Ok(Self { host: first.site.host.clone(), runs, figures: found })
    }

    /// What is known of a figure on this host; `None` where nothing is, or on another host.
    #[must_use]
    pub fn of_figure(
        &self,
        host: &Host,
        case: &Case,
        lane: &Slug,
        figure: &Compared,
    ) -> Option<&FigureNoise> {
        let same = |known: &&FigureNoise| {
            known.workload == case.workload
                && known.lane == *lane
                && known.figure == *figure
                && known.is_sound()
        };
        if !case.is_plain() || !other_host(&self.host, host).is_empty() {
            return None;
        }
        self.figures.iter().find(same)
    }
}

impl FigureNoise {
    fn of(workload: &Slug, lane: &Slug, figure: &Compared, points: &[f64]) -> Option<Self> {
        let logs: Vec<f64> = points.iter().filter(|point| **point > 0.0).map(|point| point.ln()).collect();
        let n = logs.len();
        if n < NOISE_RUNS || n < points.len() {
            return None;
        }
        let mean = logs.iter().sum::<f64>() / n as f64;
        let square = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let (least, most) = logs.iter().fold((f64::MAX, f64::MIN), |(a, b), log| (a.min(*log), b.max(*log)));
        let spread = if least < most { square.sqrt() } else { 0.0 };
        let predicted = student_quantile(BEYOND, n - 1) * spread * std::f64::consts::SQRT_2;
        Some(Self {
            workload: workload.clone(),
            lane: lane.clone(),
            figure: figure.clone(),
            runs: n,
            spread,
            floor: predicted.max(most - least).exp().min(f64::MAX),
            stolen_milli: 0,
        })
    }

    /// What a run went through that the runs of this noise did not, so that nothing is known of how far it strays.
    pub(crate) fn exceeded_by(&self, run: &Trials<'_>, side: RunSide) -> Option<Obstacle> {
        let known_milli = self.stolen_milli.max(STOLEN_MILLI);
        let stolen_milli = run.stolen_milli();
        (stolen_milli > known_milli).then_some(Obstacle::Disturbed { side, stolen_milli, known_milli })
    }

    /// How probable a ratio as far from 1 is between two runs of the same thing.
    pub(crate) fn chance(&self, ratio: f64) -> f64 {
        let distance = ratio.ln().abs();
        if self.spread > 0.0 {
            student_two_sided(
                distance / (self.spread * std::f64::consts::SQRT_2),
                self.runs.saturating_sub(1),
            )
        } else if distance > 0.0 {
            0.0
        } else {
            1.0
        }
    }

    /// Whether what was read from a file can be what was written to it.
    fn is_sound(&self) -> bool {
        self.runs >= NOISE_RUNS
            && self.spread.is_finite()
            && self.spread >= 0.0
            && self.floor.is_finite()
            && self.floor >= 1.0
    }
}
