use plimsoll_model::{Direction, Metric, Phase, Reading, Tabled, Unit};
use plimsoll_runtime::Figure;

use super::{Found, Kind, Moment, Probe};

const ACHIEVED_RATE: Metric = Metric::known(
    "achieved_rate",
    "Achieved rate",
    Unit::MilliPerSecond,
    Direction::Neutral,
    "Right answers per second from the first due time until the one after the last would be, or until the last answer \
     if that came later. Under an open \
     load it equals the rate asked for as long as the lane keeps up.",
)
.table(Tabled::Placed);

const SENT: Metric = Metric::known(
    "requests_sent",
    "Requests sent",
    Unit::Count,
    Direction::Neutral,
    "Requests that were sent during the load.",
);

const FAILED: Metric = Metric::known(
    "requests_failed",
    "Requests failed",
    Unit::Count,
    Direction::LowerIsBetter,
    "Requests with a wrong answer, over a connection that broke, or without an answer when the limit was over.",
);

pub(super) const PROBE: Kind =
    Kind { takes: &[ACHIEVED_RATE, SENT, FAILED], begin: || Box::new(ServedCounts) };

/// What a load was answered with, counted.
struct ServedCounts;

impl Probe for ServedCounts {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::LoadEnded { served, planned_ns, .. } = moment else { return };
        for (metric, value) in
            [(ACHIEVED_RATE, served.rate_milli(*planned_ns)), (SENT, served.sent), (FAILED, served.failed)]
        {
            let (phase, reading) = (Phase::Serve, Reading::Value(value));
            found.figures.push(Figure { metric, phase, subject: None, method: "load generator", reading });
        }
    }
}
