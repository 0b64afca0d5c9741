//! Probes: one file for each family of metrics. A probe is made anew for each trial, is shown the moments of
//! the trial in order, and turns what it sees into values.

mod cgroup_memory;
mod cold_start;
mod cpu_per_request;
mod disturbance;
mod group_peak;
mod latency;
mod machine;
mod process_memory;
mod served;
mod start_cpu;
mod stopping;

use hdrhistogram::Histogram;
use plimsoll_model::{Exchange, Metric, Series, Span};
use plimsoll_runtime::{Figure, Footprint, PREPARED, Process, Stopped};

use crate::load::Served;

/// Every kind of probe, in the order in which they are shown a moment: those that count CPU time first, before the
/// others' own reading adds to it.
const ALL: &[Kind] = &[
    start_cpu::PROBE,
    cpu_per_request::PROBE,
    cold_start::PROBE,
    process_memory::PROBE,
    cgroup_memory::PROBE,
    group_peak::PROBE,
    served::PROBE,
    latency::PROBE,
    disturbance::PROBE,
    stopping::PROBE,
    machine::PROBE,
];

/// A kind of probe: what it takes, and how it begins a trial.
struct Kind {
    takes: &'static [Metric],
    begin: fn() -> Box<dyn Probe>,
}

/// The probes of one trial.
pub(crate) fn all() -> Vec<Box<dyn Probe>> {
    ALL.iter().map(|kind| (kind.begin)()).collect()
}

/// Every metric that a run can have whatever its lanes are: those of the probes, then those of preparing. A family's own
/// come beside them.
#[must_use]
pub fn metrics() -> Vec<Metric> {
    ALL.iter().flat_map(|kind| kind.takes).cloned().chain(PREPARED).collect()
}

/// Turns the moments of a trial into values.
pub(crate) trait Probe {
    /// Looks at a moment.
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found);
}

/// A moment between the timed phases of a trial. Times are in nanoseconds after the trial's zero.
pub(crate) enum Moment<'a> {
    /// Just before zero.
    Staged { attendants: &'a [Process] },
    /// Just after readiness, or a command's exit.
    Ready { spans: &'a [Span], ready_ns: u64, attendants: &'a [Process], footprint: &'a Footprint },
    /// Just before the load.
    LoadBegins { attendants: &'a [Process], footprint: &'a Footprint },
    /// Just after it.
    LoadEnded {
        attendants: &'a [Process],
        footprint: &'a Footprint,
        requests: &'a [Exchange],
        served: &'a Served,
        planned_ns: u64,
    },
    /// The instance is wholly gone; `asked_ns` is on the runtime's clock, as the times in `stopped` are. Only a service is
    /// stopped by a signal.
    Gone { serves: bool, asked_ns: u64, stopped: &'a Stopped },
}

/// What the probes have found so far.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) figures: Vec<Figure>,
    pub(crate) histograms: Vec<Distribution>,
}

/// A distribution and what it is one of.
pub(crate) struct Distribution {
    pub(crate) metric: Metric,
    pub(crate) series: Series,
    pub(crate) histogram: Histogram<u64>,
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Charted, ComparedBy, Unit};

    use super::*;

    #[test]
    fn a_metric_is_defined_once() {
        let mut slugs: Vec<_> = metrics().into_iter().map(|metric| metric.slug).collect();
        let all = slugs.len();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), all);
    }

    #[test]
    fn what_is_compared_has_a_unit_that_fits() {
        for metric in metrics() {
            let fits = match metric.compared {
                Some(ComparedBy::Percentiles) => metric.is_time(),
                Some(ComparedBy::Exact) => metric.unit != Unit::MilliPerSecond,
                Some(ComparedBy::Median | ComparedBy::MedianOfPhase) | None => true,
            };
            assert!(
                fits && (metric.chart != Some(Charted::Size) || metric.unit == Unit::Bytes),
                "{metric:?}"
            );
        }
    }
}
