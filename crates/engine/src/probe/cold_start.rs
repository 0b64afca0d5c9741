use plimsoll_model::{Charted, ComparedBy, Direction, Metric, Phase, Reading, Span, Tabled, Unit};
use plimsoll_runtime::Figure;

use super::{Found, Kind, Moment, Probe};

const COLD_START: Metric = Metric::known(
    "cold_start",
    "Cold start",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "From the call that makes an instance exist to the last byte of the first response equal to the expected one, \
     over a new TCP connection; of a command: to its exit with the expected output. Pulling, building and \
     compiling are not in it.",
)
.compared(ComparedBy::Median)
.table(Tabled::Placed)
.chart(Charted::Distribution);

const PHASE_TIME: Metric = Metric::known(
    "phase_time",
    "Time in a phase",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "The part of a cold start in this phase: `create` until the instance exists, `start` until its own code runs, \
     `ready` until the first expected answer. A phase the lane does not tell apart is in the next one.",
);

const METHOD: &str = "observer's CLOCK_MONOTONIC";

pub(super) const PROBE: Kind = Kind { takes: &[COLD_START, PHASE_TIME], begin: || Box::new(ColdStart) };

/// The cold start and its phases.
struct ColdStart;

impl Probe for ColdStart {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::Ready { spans, ready_ns, .. } = moment else { return };
        let figure =
            |metric, phase, reading| Figure { metric, phase, subject: None, method: METHOD, reading };
        found.figures.push(figure(COLD_START, Phase::Ready, Reading::Value(*ready_ns)));
        for phase in Phase::COLD_START {
            let reading = match spans.iter().find(|span| span.phase == phase) {
                Some(Span { begin_ns, end_ns, .. }) => Reading::Value(end_ns - begin_ns),
                None => Reading::unavailable("this lane does not tell the phase apart from the next one"),
            };
            found.figures.push(figure(PHASE_TIME, phase, reading));
        }
    }
}
