//! What can be compared.

use plimsoll_model::{Metric, Phase, Run, Slug};
use serde::{Deserialize, Serialize};

/// What is compared: the median of a metric over trials, a percentile of a latency, or a size.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The metric.
    pub metric: Slug,
    /// The phase it was taken in.
    pub phase: Phase,
    /// Thousandths: 500 is the median over requests, 990 the 99th percentile. Absent for a median over trials.
    pub percentile_milli: Option<u32>,
}

impl Compared {
    /// Whether it is measured once, while preparing, and has no noise: a size.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.phase == Phase::Prepare && self.percentile_milli.is_none()
    }

    /// Whether one of these runs declares it a time, which grows while others have the cores.
    pub(crate) fn is_time(&self, runs: [&Run; 2]) -> bool {
        runs.iter().find_map(|run| run.metric(&self.metric)).is_some_and(Metric::is_time)
    }
}
