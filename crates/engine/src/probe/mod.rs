//! Probes: one file for each family of metrics. A probe is made anew for each trial, is shown the moments of
//! the trial in order, and turns what it sees into values.

mod cgroup_memory;
mod cold_start;
mod cpu_per_request;
mod disturbance;
mod latency;
mod machine;
mod process_memory;
mod served;
mod start_cpu;
mod stopping;

use hdrhistogram::Histogram;
use plimsoll_model::{Exchange, Metric, Series, Span};
use plimsoll_runtime::{Figure, Footprint, Process, Stopped};

use crate::load::Served;

/// Every probe, in the order in which they are shown a moment: those that count CPU time first, before the
/// others' own reading adds to it.
pub(crate) fn all() -> Vec<Box<dyn Probe>> {
    vec![
        Box::new(start_cpu::StartCpu::default()),
        Box::new(cpu_per_request::CpuPerRequest::default()),
        Box::new(cold_start::ColdStart),
        Box::new(process_memory::ProcessMemory),
        Box::new(cgroup_memory::CgroupMemory),
        Box::new(served::ServedCounts),
        Box::new(latency::Latency),
        Box::new(disturbance::Disturbances),
        Box::new(stopping::Stopping),
        Box::new(machine::Machine::before_the_trial()),
    ]
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
    pub(crate) metric: &'static Metric,
    pub(crate) series: Series,
    pub(crate) histogram: Histogram<u64>,
}
