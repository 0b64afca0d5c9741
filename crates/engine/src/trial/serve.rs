use hdrhistogram::Histogram;
use plimsoll_model::{Exchange, Failure, Outcome, Phase, Service, Span};
use plimsoll_runtime::{Instance, Process};

use super::{Attempt, Serving, Setting, under_load};
use crate::halt::{Halt, load_failure};
use crate::load::{Latencies, Load, Pace, Served};
use crate::probe::Moment;

/// Above this lag of the generator, in nanoseconds, and above this part of the median, a load is invalid.
const MOST_LAG_NS: u64 = 100_000;
const MOST_LAG_PART: u64 = 10;

impl Attempt<'_> {
    pub(super) async fn serve(
        &mut self,
        service: &Service,
        instance: &mut dyn Instance,
        zero_ns: u64,
        attendants: &[Process],
    ) -> Result<(), Halt> {
        if self.hears() {
            return Ok(());
        }
        // The one that makes it ready was checked by that.
        let check_all = matches!(self.serving, Serving::CheckAll);
        for request in service.others.iter().filter(|request| check_all || request.weight == 0) {
            let now_ns = self.setting.clock.now_ns();
            self.ask(instance, request, zero_ns, now_ns, Phase::Serve).await?;
        }
        match self.serving {
            Serving::Unloaded | Serving::CheckAll | Serving::Heard { .. } => Ok(()),
            Serving::Burst(pace) => {
                let requests: Vec<Exchange> = service.exchanges().cloned().collect();
                let driven = self.drive(&requests, instance, pace).and_then(|served| {
                    self.gained.capacity_milli = Some(served.rate_milli(0));
                    served.into_result()
                });
                self.told_of_end(driven, instance).await
            }
            Serving::Load(pace) => {
                let driven = self.serve_load(service, &mut *instance, pace, zero_ns, attendants).await;
                self.told_of_end(driven, instance).await
            }
        }
    }

    async fn told_of_end(&self, driven: Result<(), Halt>, instance: &mut dyn Instance) -> Result<(), Halt> {
        match driven {
            Ok(()) => Ok(()),
            Err(halt) => Err(under_load::explained(halt, instance, self.setting.cancel).await),
        }
    }

    async fn serve_load(
        &mut self,
        service: &Service,
        instance: &mut dyn Instance,
        pace: Pace,
        zero_ns: u64,
        attendants: &[Process],
    ) -> Result<(), Halt> {
        let requests: Vec<Exchange> = service.exchanges().cloned().collect();
        self.look(&Moment::LoadBegins { attendants, footprint: &instance.footprint() });
        let served = self.drive(&requests, instance, pace)?;
        let planned_ns = pace.planned_ns();
        let (begin_ns, end_ns) =
            (served.begin_ns.saturating_sub(zero_ns), served.end_ns.saturating_sub(zero_ns));
        self.gained.spans.push(Span { phase: Phase::Serve, begin_ns, end_ns });
        let (requests, footprint) = (&*requests, &instance.footprint());
        self.look(&Moment::LoadEnded { attendants, footprint, requests, served: &served, planned_ns });
        self.ask_figures(instance, Phase::Serve).await;
        if let Some(reason) = untrusted(&served) {
            self.gained.outcome = Outcome::Invalid { reason };
        }
        served.into_result()
    }

    fn drive(&self, requests: &[Exchange], instance: &dyn Instance, pace: Pace) -> Result<Served, Halt> {
        let Setting { clock, cancel, connections, waiting, .. } = self.setting;
        let Some(address) = instance.address() else { return Err(super::no_address(self.workload)) };
        let load = Load { address, requests, connections: connections as usize, pace, waiting };
        load.drive(clock, cancel).map_err(|error| Halt::Failed(load_failure(&error)))
    }
}

impl Served {
    fn into_result(self) -> Result<(), Halt> {
        if self.cancelled {
            return Err(Halt::Cancelled);
        }
        let Some(fault) = self.first_fault else { return Ok(()) };
        let total = self.answered + self.failed;
        let message = format!("{} ({} of {total} requests failed)", fault.message, self.failed);
        Err(Halt::Failed(Failure { phase: Phase::Serve, kind: fault.kind, message, diff: fault.diff }))
    }
}

/// Why the latencies can't be trusted: the generator itself was late.
fn untrusted(served: &Served) -> Option<String> {
    let lag_ns = served.lag.value_at_quantile(0.99);
    let median_ns = merged(&served.latencies).value_at_quantile(0.5);
    (lag_ns > MOST_LAG_NS && lag_ns > median_ns / MOST_LAG_PART).then(|| {
        format!(
            "the load generator was late: P99 of its lag is {} µs, above 100 µs and above a tenth of the median \
             latency of {} µs; {}{}",
            lag_ns / 1_000,
            median_ns / 1_000,
            served.disturbance,
            read_meanwhile(served.judged_at_once)
        )
    })
}

/// What else kept the generator, of its own doing.
fn read_meanwhile(answers: u64) -> String {
    if answers == 0 {
        return String::new();
    }
    format!(
        "; it read {answers} answers meanwhile, since more different ones came than are kept until the end: `compare = \
         \"status\"` needs no reading"
    )
}

fn merged(latencies: &[Latencies]) -> Histogram<u64> {
    let mut all = Latencies::new().corrected().clone();
    for one in latencies {
        all += one.corrected();
    }
    all
}

#[cfg(test)]
mod tests {
    use plimsoll_model::FailureKind;

    use super::*;
    use crate::load::{Disturbance, Fault};

    fn served(latency_ns: u64, lag_ns: u64) -> Served {
        let mut latencies = Latencies::new();
        let mut lag = Latencies::new().corrected().clone();
        for _ in 0..100 {
            latencies.record(0, 0, latency_ns);
            lag.saturating_record(lag_ns);
        }
        Served {
            begin_ns: 0,
            end_ns: 1,
            sent: 100,
            answered: 100,
            failed: 0,
            cancelled: false,
            judged_at_once: 0,
            latencies: vec![latencies],
            lag,
            disturbance: Disturbance::default(),
            first_fault: None,
        }
    }

    #[test]
    fn a_late_generator_makes_a_load_invalid_only_where_it_matters() {
        assert!(untrusted(&served(500_000, 90_000)).is_none());
        assert!(untrusted(&served(5_000_000, 200_000)).is_none());
        assert!(untrusted(&served(500_000, 200_000)).is_some());
    }

    #[test]
    fn failed_requests_are_told_of_all_that_were_due_sent_or_not() {
        let fault = Fault { kind: FailureKind::TimedOut, message: "no answer".to_owned(), diff: None };
        let stalled = Served { answered: 199, failed: 305, first_fault: Some(fault), ..served(1, 1) };
        let Err(Halt::Failed(failure)) = stalled.into_result() else { panic!() };
        assert_eq!(failure.message, "no answer (305 of 504 requests failed)");
    }
}
