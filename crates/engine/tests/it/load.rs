use std::io::{Read, Write};
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use plimsoll_engine::{Cancel, Clock, Load, MonotonicClock, Owner, Pace, Runtime, Served, Waiting};
use plimsoll_model::{Exchange, Limits};
use plimsoll_runtime::Conditions;
use plimsoll_runtime::fake::{Behaviour, FakeRuntime};

use crate::world::{exchanges, service, slug};

fn served(behaviour: Behaviour, connections: usize, pace: Pace, waiting: Waiting) -> Served {
    let lane = FakeRuntime::new(slug("fake"), Arc::new(MonotonicClock), behaviour);
    let owner = Owner::current(slug("load"));
    let conditions = Conditions { limits: Limits::default(), instance_cpus: Vec::new(), owner };
    let workload = service();
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    executor.block_on(async {
        let prepared = lane.prepare(&workload, &conditions).await.unwrap();
        let mut bed = prepared.stage().await.unwrap();
        let instance = bed.start().await.unwrap();
        // Connections before readiness are refused, as by a proxy.
        std::thread::sleep(std::time::Duration::from_millis(10));
        let served = drive(instance.address().unwrap(), &exchanges(), connections, pace, waiting);
        instance.stop().await.unwrap();
        bed.end().await.unwrap();
        served
    })
}

fn drive(
    address: SocketAddr,
    requests: &[Exchange],
    connections: usize,
    pace: Pace,
    waiting: Waiting,
) -> Served {
    let load = Load { address, requests, connections, pace, waiting };
    load.drive(&MonotonicClock, &Cancel::new()).unwrap()
}

fn open(rate: u64, duration_ms: u64) -> Pace {
    let rate_milli = NonZeroU64::new(rate * 1_000).unwrap();
    Pace::Open { rate_milli, duration_ns: duration_ms * 1_000_000 }
}

#[test]
fn an_open_load_sends_as_many_as_are_due_in_the_mix_of_their_weights() {
    for waiting in [Waiting::Spinning, Waiting::Yielding] {
        let served = served(Behaviour::RIGHT, 4, open(400, 500), waiting);
        assert_eq!(
            (served.sent, served.answered, served.failed),
            (200, 200, 0),
            "{:?}",
            served.first_failure()
        );
        let counts: Vec<u64> = served.latencies.iter().map(|one| one.corrected().len()).collect();
        assert_eq!(counts, [150, 50, 0]);
        assert_eq!(served.lag.len(), 200);
    }
}

/// The system's clock, which counts how often the core is left alone.
#[derive(Default)]
struct Counting(AtomicU32);

impl Clock for Counting {
    fn now_ns(&self) -> u64 {
        MonotonicClock.now_ns()
    }

    fn pause(&self, ns: u64) {
        self.0.fetch_add(1, Ordering::Relaxed);
        MonotonicClock.pause(ns);
    }
}

#[test]
fn a_core_of_its_own_is_left_alone_only_where_nothing_is_due_for_long() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let (mut stream, mut asked) = (stream.unwrap(), [0; 4_096]);
            while stream.read(&mut asked).is_ok_and(|read| read > 0) {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
        }
    });
    let requests = &exchanges()[..1];
    let pauses = |rate, duration_ms| {
        let clock = Counting::default();
        let pace = open(rate, duration_ms);
        let load = Load { address, requests, connections: 1, pace, waiting: Waiting::Spinning };
        let sent = load.drive(&clock, &Cancel::new()).unwrap().sent;
        (sent, clock.0.load(Ordering::Relaxed) > 0)
    };
    assert_eq!((pauses(100, 200), pauses(20, 200)), ((20, false), (4, true)));
}

#[test]
fn a_stall_shows_from_the_due_time_and_hides_from_the_send_time() {
    let stall = Behaviour::StallsOnce { answers: 50, for_ms: 300 };
    let served = served(stall, 1, open(500, 400), Waiting::Spinning);
    assert_eq!((served.answered, served.failed), (200, 0), "{:?}", served.first_failure());
    let above = |of: fn(&plimsoll_engine::Latencies) -> &hdrhistogram::Histogram<u64>| -> u64 {
        served.latencies.iter().map(|one| of(one).count_between(150_000_000, u64::MAX)).sum()
    };
    // One answer stalls; the hundred requests behind it that are due meanwhile wait for it. By sending time only
    // that one is late.
    assert!(above(plimsoll_engine::Latencies::corrected) >= 60);
    assert!(above(plimsoll_engine::Latencies::uncorrected) <= 5);
    // They waited for a busy connection, which is not the generator's lag.
    assert!(served.lag.count_between(150_000_000, u64::MAX) <= 5);
}

#[test]
fn a_closed_burst_goes_on_until_it_has_its_answers() {
    let pace = Pace::Closed { least_ns: 1, most_ns: 60_000_000_000, answers: 300 };
    let served = served(Behaviour::RIGHT, 3, pace, Waiting::Yielding);
    assert!((300..=303).contains(&served.answered), "{}", served.answered);
    assert_eq!(served.failed, 0);
    assert!(served.rate_milli(0) > 0);
}

#[test]
fn a_service_that_can_not_keep_up_fails_with_the_number_of_unanswered_requests() {
    let stall = Behaviour::StallsOnce { answers: 0, for_ms: 2_800 };
    let served = served(stall, 1, open(100, 100), Waiting::Spinning);
    assert_eq!((served.answered, served.failed), (0, 10));
    assert!(
        served.first_failure().unwrap().contains("10 requests had no answer"),
        "{:?}",
        served.first_failure()
    );
}

#[test]
fn a_load_of_connections_that_are_refused_does_not_begin() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let requests = exchanges();
    let load = Load {
        address,
        requests: &requests,
        connections: 2,
        pace: open(10, 100),
        waiting: Waiting::Spinning,
    };
    let refused = load.drive(&MonotonicClock, &Cancel::new()).unwrap_err().to_string();
    assert!(refused.contains("connection 1 of 2"), "{refused}");
}
