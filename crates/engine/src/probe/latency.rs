use plimsoll_model::{ComparedBy, Direction, Metric, Phase, Series, Slug, Tabled, Unit};

use super::{Distribution, Found, Kind, Moment, Probe};

const CORRECTED: Metric = Metric::known(
    "latency",
    "Latency",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "From when a request was due to the last byte of its right answer. Waiting for a busy connection is in it, so \
     a stall is not hidden. No synthetic correction is applied.",
)
.compared(ComparedBy::Percentiles)
.table(Tabled::Placed);

const UNCORRECTED: Metric = Metric::known(
    "latency_uncorrected",
    "Latency from sending",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "From when a request was really sent to the last byte of its right answer. Hides what a stall does to the \
     requests behind it: kept for comparison with other tools.",
);

const LAG: Metric = Metric::known(
    "generator_lag",
    "Lag of the generator",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "How much later than due, or than a connection was free, the load generator sent a request: its own fault. \
     A load is invalid when P99 is above 100 µs and above a tenth of the median latency.",
);

pub(super) const PROBE: Kind = Kind { takes: &[CORRECTED, UNCORRECTED, LAG], begin: || Box::new(Latency) };

/// The distributions of a load: latencies by request, and the generator's own lag over all of them.
struct Latency;

impl Probe for Latency {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::LoadEnded { requests, served, .. } = moment else { return };
        let mut push = |metric: Metric, request: Option<&Slug>, method: &'static str, histogram| {
            let series = Series {
                metric: metric.slug.clone(),
                phase: Phase::Serve,
                subject: None,
                request: request.cloned(),
                method: method.into(),
            };
            found.histograms.push(Distribution { metric, series, histogram });
        };
        for (request, latencies) in requests.iter().zip(&served.latencies) {
            if !latencies.corrected().is_empty() {
                let name = Some(&request.name);
                push(CORRECTED, name, "open loop, from the due time", latencies.corrected().clone());
                push(UNCORRECTED, name, "open loop, from the send time", latencies.uncorrected().clone());
            }
        }
        push(LAG, None, "load generator", served.lag.clone());
    }
}
