use std::borrow::Cow;

use plimsoll_model::{Direction, Metric, Phase, Unit};
use plimsoll_runtime::{Figure, Role};

use super::{Found, Kind, Moment, Probe};
use crate::proc_files::{cpu_of, reading, used};

const START_CPU: Metric = Metric::known(
    "start_cpu",
    "CPU time of a start",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "CPU time, user and system, that the container engine (dockerd and containerd) used from the call that makes \
     an instance exist until it was ready, our asking for the container's address among it. It lies outside the \
     instance's limits, and whatever else the engine did meanwhile is in it.",
);

pub(super) const PROBE: Kind = Kind { takes: &[START_CPU], begin: || Box::new(StartCpu::default()) };

/// CPU time of daemons during a start.
#[derive(Default)]
struct StartCpu {
    before: Option<Result<u64, Cow<'static, str>>>,
}

impl Probe for StartCpu {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        match moment {
            Moment::Staged { attendants } => self.before = cpu_of(attendants, Role::Daemon),
            Moment::Ready { attendants, .. } => {
                let (Some(before), Some(after)) = (&self.before, cpu_of(attendants, Role::Daemon)) else {
                    return;
                };
                found.figures.push(Figure {
                    metric: START_CPU,
                    phase: Phase::Ready,
                    subject: Some(Role::Daemon.subject()),
                    method: "/proc/<pid>/task/*/schedstat",
                    reading: reading(used(before, after)),
                });
            }
            _ => {}
        }
    }
}
