//! Pure statistics: a run in, summaries and comparisons out.
//!
//! Nothing here reads a clock, a disk or the network, and the same run always gives the same figures: every
//! bootstrap is seeded with the plan's seed. Only trials that count ([`plimsoll_model::Aim::counts`]) and
//! passed are part of a figure. A median stands with its spread, and an interval is given only where there are
//! enough values for it: else [`TooFew`] says how many it takes.

mod between;
mod bootstrap;
mod capacity;
mod chance;
mod comparison;
mod conditions;
mod distributions;
mod draws;
mod drift;
mod estimate;
mod figure;
mod floor;
mod histogram;
mod interval;
mod latency;
mod measured;
mod more_trials;
pub mod names;
mod noise;
mod noise_file;
mod resampled;
mod side;
#[cfg(test)]
mod simulation;
mod summary;
mod trace;
mod trials;
mod verdict;
mod wanted;
mod warning;
mod warnings;

pub use between::{RunComparison, compare_runs, compare_versions};
pub use bootstrap::{RESAMPLES, median_ratio_interval};
pub use comparison::{Comparison, compare};
pub use conditions::{MayChange, Obstacle, RunSide, Unlike, other_host, unlike_software};
pub use estimate::{CONFIDENCE, Estimate, Outlier};
pub use figure::Compared;
pub use histogram::{HistogramError, Merged, counts, decode};
pub use interval::{Interval, Known, TooFew, either, median, median_interval, quantile};
pub use latency::{LatencySummary, Percentile};
pub use measured::{Measured, measured};
pub use more_trials::MoreTrials;
pub use noise::{FigureNoise, NOISE_RUNS, NoiseError, RunNoise};
pub use noise_file::NoiseFileError;
pub use summary::{
    FigureOutcome, FigureSummary, LaneSummary, PhaseSummary, TrialCounts, summarise, summarise_arms,
};
pub use verdict::{ALIKE, NOISY, Verdict};
pub use warning::{Advice, DriftWith, Warning};
pub use warnings::warnings;
