//! What services may do with answers and connections, in cold starts and under load.

use std::num::NonZeroU64;
use std::sync::Arc;

use plimsoll_engine::{Cancel, Load, MonotonicClock, Pace, Runtime as _, Served, Waiting};
use plimsoll_model::{Aim, FailureKind, Outcome, Phase};

use crate::awkward::{Awkward, Mode};
use crate::awkward_lane::AwkwardLane;
use crate::world::{World, failure_of, service, values, with_aim};

fn world(mode: Mode) -> World {
    let mut world = World::new(vec![service()]);
    let lane = AwkwardLane(mode);
    world.plan.lanes.push(lane.spec());
    world.lanes.push(Arc::new(lane));
    world
}

/// A load of 60 requests on 3 connections.
fn load(service: &Awkward, rate: u64, waiting: Waiting) -> Served {
    let requests = crate::world::exchanges().to_vec();
    let rate_milli = NonZeroU64::new(rate * 1_000).unwrap();
    let pace = Pace::Open { rate_milli, duration_ns: 60_000_000_000 / rate };
    let load = Load { address: service.address, requests: &requests, connections: 3, pace, waiting };
    load.drive(&MonotonicClock, &Cancel::new()).unwrap()
}

#[test]
fn every_right_way_to_answer_passes_cold_start_and_load() {
    let idle = [Mode::Idles { after_ms: 20 }, Mode::Fails { from: 0, to: 5, status: 503 }];
    for mode in Mode::RIGHT.map(|(mode, _)| mode).into_iter().chain(idle) {
        let mut world = world(mode);
        world.plan.trials.cold_starts = 1;
        let run = world.run().unwrap();
        for trial in &run.trials {
            let good = matches!(trial.outcome, Outcome::Passed | Outcome::Invalid { .. });
            assert!(good, "{mode:?}: {trial:?}");
        }
        assert_eq!(values(&run, "requests_sent"), [20], "{mode:?}");
        assert_eq!(values(&run, "requests_failed"), [0], "{mode:?}");
    }
}

#[test]
fn connections_are_opened_again_where_the_service_ends_them_and_nowhere_else() {
    for (mode, keeps) in Mode::RIGHT {
        for waiting in [Waiting::Spinning, Waiting::Yielding] {
            let service = Awkward::serve(mode);
            let served = load(&service, 600, waiting);
            let told = served.first_failure();
            assert_eq!((served.sent, served.answered, served.failed), (60, 60, 0), "{mode:?}: {told:?}");
            let latencies: u64 = served.latencies.iter().map(|one| one.corrected().len()).sum();
            assert_eq!((latencies, served.lag.len()), (60, 60), "{mode:?}");
            assert_eq!(service.connections() == 3, keeps, "{mode:?}: {}", service.connections());
        }
    }
}

#[test]
fn a_connection_that_was_ended_while_idle_is_opened_again() {
    let service = Awkward::serve(Mode::Idles { after_ms: 5 });
    // Each connection is idle for 30 ms between two requests.
    let served = load(&service, 100, Waiting::Yielding);
    assert_eq!((served.answered, served.failed), (60, 0), "{:?}", served.first_failure());
    assert!(service.connections() > 3, "{}", service.connections());
}

#[test]
fn a_request_that_crossed_with_the_end_of_its_connection_is_sent_once_more_and_counted_once() {
    let service = Awkward::serve(Mode::EndsWhenAsked { after: 2 });
    let served = load(&service, 600, Waiting::Spinning);
    assert_eq!((served.sent, served.answered, served.failed), (60, 60, 0), "{:?}", served.first_failure());
    // Twenty connections' worth of answers at least, and each but the last took a request that it did not answer.
    assert!(service.requests() >= 80, "{}", service.requests());
}

#[test]
fn a_request_that_ends_a_new_connection_too_is_a_fault() {
    let service = Awkward::serve(Mode::EndsWhenAsked { after: 0 });
    let served = load(&service, 600, Waiting::Spinning);
    assert_eq!((served.answered, served.failed), (0, 3));
    // Which of the three comes first is up to the machine.
    let told = served.first_failure().unwrap();
    assert!(told.ends_with(" got no whole answer: the service closed the connection"), "{told}");
    assert_eq!(service.connections(), 6);
}

#[test]
fn an_answer_that_is_cut_and_bytes_that_nobody_asked_for_are_faults() {
    let served = load(&Awkward::serve(Mode::Cuts), 600, Waiting::Spinning);
    assert_eq!((served.answered, served.failed), (0, 3));
    let told = served.first_failure().unwrap();
    assert_eq!(
        told,
        "`one` (GET /one) got no whole answer: the connection ended in the middle of the answer"
    );

    let served = load(&Awkward::serve(Mode::Speaks), 600, Waiting::Spinning);
    assert_eq!(served.answered, 0);
    assert!(served.failed >= 3);
}

#[test]
fn a_service_that_is_gone_is_a_fault_and_ends_the_load() {
    let service = Awkward::serve(Mode::SaysClose { after: 0 });
    let requests = crate::world::exchanges().to_vec();
    let pace = Pace::Open { rate_milli: NonZeroU64::new(1_000).unwrap(), duration_ns: 3_600_000_000_000 };
    let load = Load {
        address: service.address,
        requests: &requests,
        connections: 1,
        pace,
        waiting: Waiting::Yielding,
    };
    let served = std::thread::scope(|scope| {
        let loading = scope.spawn(|| load.drive(&MonotonicClock, &Cancel::new()).unwrap());
        while service.requests() == 0 {
            std::thread::yield_now();
        }
        drop(service);
        loading.join().unwrap()
    });
    // Refused, or reset while it waited to be accepted.
    assert!(served.answered >= 1);
    assert_eq!(served.failed, 1, "{:?}", served.first_failure());
}

#[test]
fn what_came_of_an_answer_that_is_not_complete_is_told() {
    for (mode, within_ms, told) in [
        // Where it stood when the time was over is chance: cut already, or not yet.
        (Mode::Cuts, 100, ["the connection ended after 60 bytes of one", "at last 60 bytes of one"]),
        // The world's clock hardly moves while a connection is waited on.
        (Mode::Stops, 1, ["at last 60 bytes of one: does it end"; 2]),
        (
            Mode::EndsWhenAsked { after: 0 },
            100,
            ["it closed the connection without a word", "it took the request and sent nothing"],
        ),
    ] {
        let mut world = world(mode);
        world.plan.settings.limits.ready_timeout_ms = within_ms;
        let run = world.run().unwrap();
        let failure = failure_of(with_aim(&run, Aim::WARM_UP)[0]);
        assert_eq!((failure.kind, failure.phase), (FailureKind::TimedOut, Phase::Ready));
        assert!(told.iter().any(|told| failure.message.contains(told)), "{failure:?}");
    }
}

#[test]
fn only_503_and_only_before_the_first_expected_answer_is_waited_through() {
    for (from, status, phase) in [(0, 500, Phase::Ready), (0, 404, Phase::Ready), (1, 503, Phase::Serve)] {
        let run = world(Mode::Fails { from, to: from + 1, status }).run().unwrap();
        let failure = failure_of(&run.trials[0]);
        assert_eq!((failure.kind, failure.phase), (FailureKind::WrongOutput, phase), "{failure:?}");
    }
    let mut world = world(Mode::Fails { from: 0, to: u32::MAX, status: 503 });
    world.plan.settings.limits.ready_timeout_ms = 100;
    let run = world.run().unwrap();
    let failure = failure_of(with_aim(&run, Aim::WARM_UP)[0]);
    assert_eq!((failure.kind, failure.phase), (FailureKind::WrongOutput, Phase::Ready));
    assert!(failure.message.contains("at last one with status 503"), "{failure:?}");
}
