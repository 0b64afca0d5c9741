use plimsoll_model::{Direction, Metric, Phase, Reading, Unit};
use plimsoll_runtime::Figure;

use super::{Found, Kind, Moment, Probe};

const STOP_TIME: Metric = Metric::known(
    "stop_time",
    "Stop",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "From SIGTERM, or from the signal that its image names as STOPSIGNAL, to a process that handles it, until its exit. \
     Removal is apart.",
);

const REMOVAL_TIME: Metric = Metric::known(
    "removal_time",
    "Removal",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "From the exit, or from when the removal was asked for if that was later, until the instance is wholly gone: \
     process, container, shim, network device.",
);

const METHOD: &str = "CLOCK_MONOTONIC";

pub(super) const PROBE: Kind = Kind { takes: &[STOP_TIME, REMOVAL_TIME], begin: || Box::new(Stopping) };

/// How long stopping and removing took.
struct Stopping;

impl Probe for Stopping {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::Gone { serves, asked_ns, stopped } = moment else { return };
        let mut push = |metric, reading| {
            found.figures.push(Figure { metric, phase: Phase::Stop, subject: None, method: METHOD, reading });
        };
        // A command has ended by itself: there is no SIGTERM to count from.
        if *serves {
            push(
                STOP_TIME,
                match &stopped.killed {
                    Some(killed) => Reading::Unavailable { reason: killed.to_string().into() },
                    None => Reading::Value(stopped.exited_ns.saturating_sub(*asked_ns)),
                },
            );
        }
        let from_ns = stopped.exited_ns.max(*asked_ns);
        push(REMOVAL_TIME, Reading::Value(stopped.gone_ns.saturating_sub(from_ns)));
    }
}
