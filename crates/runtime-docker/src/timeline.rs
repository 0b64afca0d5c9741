//! Where the time of a start goes inside an engine, by the engine's own moments.

use std::collections::HashMap;

use bollard::models::{EventActor, EventMessage};
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use plimsoll_model::{Phase, Reading, Slug};
use plimsoll_runtime::{Clock, Figure, MonotonicClock, START_PARTS};
use tokio::time::timeout;

use crate::daemon::{Call, Daemon};

const METHOD: &str = "the engine's events and `StartedAt`, read when the instance was ready; CLOCK_REALTIME, which engine and \
                      observer share";

/// Events that are read at most: others start containers too.
const MOST: usize = 1024;

/// The parts, in their order.
const PARTS: [Slug; 3] = [Slug::known("connected"), Slug::known("running"), Slug::known("returned")];

/// The call that started a container, on the observer's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartCall {
    /// When it began.
    pub(crate) began_ns: u64,
    /// When it had returned.
    pub(crate) returned_ns: u64,
}

/// Moments of a start on the system's clock, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moments {
    began: i128,
    connected: Option<i128>,
    running: Option<i128>,
    returned: i128,
}

/// What each part took. The engine has to be on this host, since its moments are set beside ours.
pub(crate) async fn figures(
    daemon: &Daemon,
    container: &str,
    started_at: Option<&str>,
    call: StartCall,
) -> Vec<Figure> {
    let (now, now_ns) = (Timestamp::now().as_nanosecond(), MonotonicClock.now_ns());
    let on_system = |ns: u64| now - i128::from(now_ns) + i128::from(ns);
    let (began, returned) = (on_system(call.began_ns), on_system(call.returned_ns));
    let connected = connected(daemon, container, began, now).await;
    let running = started_at.and_then(|text| text.parse::<Timestamp>().ok()).map(Timestamp::as_nanosecond);
    let readings = Moments { began, connected, running, returned }.parts();
    let figure = |(subject, reading)| Figure {
        metric: START_PARTS,
        phase: Phase::Ready,
        subject: Some(subject),
        method: METHOD,
        reading,
    };
    PARTS.into_iter().zip(readings).map(figure).collect()
}

/// When the engine told last that it connected this container, of what it told since `began`.
async fn connected(daemon: &Daemon, container: &str, began: i128, now: i128) -> Option<i128> {
    let filters = HashMap::from([("type", vec!["network"]), ("event", vec!["connect"])]);
    let options =
        EventsOptionsBuilder::new().since(&in_seconds(began)).until(&in_seconds(now)).filters(&filters);
    let told = daemon.client.events(Some(options.build())).take(MOST).try_collect::<Vec<_>>();
    let told = timeout(Call::EVENTS.limit, told).await.ok()?.ok()?;
    told.iter().filter(|event| is_of(event, container)).filter_map(moment).filter(|at| *at >= began).max()
}

/// As the engine reads a moment.
fn in_seconds(ns: i128) -> String {
    let (seconds, rest) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    format!("{seconds}.{rest:09}")
}

fn is_of(event: &EventMessage, container: &str) -> bool {
    let attributes = event.actor.as_ref().and_then(|EventActor { attributes, .. }| attributes.as_ref());
    attributes.and_then(|attributes| attributes.get("container")).is_some_and(|of| of == container)
}

fn moment(event: &EventMessage) -> Option<i128> {
    event.time_nano.map(i128::from)
}

impl Moments {
    /// What each part took; a part whose ends are not both known is not known either.
    fn parts(self) -> [Reading; 3] {
        let ends = [Some(self.began), self.connected, self.running, Some(self.returned)];
        let known: Vec<i128> = ends.into_iter().flatten().collect();
        if !known.is_sorted() {
            let why =
                "the engine's moments are not in order with the observer's: a clock was set, or is another";
            return std::array::from_fn(|_| Reading::unavailable(why));
        }
        std::array::from_fn(|at| match (ends[at], ends[at + 1]) {
            (Some(from), Some(to)) => Reading::Value(u64::try_from(to - from).unwrap_or(u64::MAX)),
            _ => Reading::unavailable("the engine told no such moment of it"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Moments = Moments { began: 10, connected: Some(25), running: Some(60), returned: 61 };

    #[test]
    fn parts_are_one_after_the_other_and_make_up_the_call() {
        let values = ALL.parts().map(|part| part.value());
        assert_eq!(values, [Some(15), Some(35), Some(1)]);
        assert_eq!(values.into_iter().flatten().sum::<u64>(), 51);
    }

    #[test]
    fn a_part_with_an_unknown_end_is_unknown_and_the_others_are_not() {
        let silent = Moments { connected: None, ..ALL };
        assert_eq!(silent.parts().map(|part| part.value()), [None, None, Some(1)]);
    }

    #[test]
    fn moments_out_of_order_tell_nothing() {
        let early = Moments { connected: Some(9), ..ALL };
        assert_eq!(early.parts().map(|part| part.value()), [None; 3]);
    }

    #[test]
    fn a_moment_is_written_as_the_engine_reads_it() {
        assert_eq!(in_seconds(1_700_000_000_000_000_007), "1700000000.000000007");
    }
}
