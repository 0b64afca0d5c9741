use std::sync::atomic::Ordering;

use plimsoll_model::{Aim, EndReason, Event, FailureKind, Outcome, Phase, Rate, Record, Trial};
use plimsoll_runtime::fake::Behaviour;
use plimsoll_runtime::{Footprint, Process, Role};

use crate::world::{World, command, failure_of, service, slug, values, with_aim};

#[test]
fn a_right_run_holds_every_cold_start_and_load() {
    let mut world = World::new(vec![service(), command()])
        .with("docker", Behaviour::RIGHT)
        .with("native", Behaviour::RIGHT);
    let run = world.run().unwrap();
    run.check_references().unwrap();
    let bad: Vec<_> = run
        .trials
        .iter()
        .filter(|trial| !matches!(trial.outcome, Outcome::Passed | Outcome::Invalid { .. }))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(with_aim(&run, Aim::WARM_UP).len(), 4);
    assert_eq!(with_aim(&run, Aim::CAPACITY).len(), 2);
    assert_eq!(with_aim(&run, Aim::LOAD).len(), 2);
    assert_eq!(with_aim(&run, Aim::START).len(), 14);
    // Told by the clock that is moved by hand: 1 ms to create, 5 ms to be ready.
    assert!(values(&run, "cold_start").iter().all(|ns| (6_000_000..8_000_000).contains(ns)));
    // Burst and load apart: 100 a second for 0.2 s.
    assert_eq!(values(&run, "requests_sent"), [20, 20]);
    assert_eq!(values(&run, "requests_failed"), [0, 0]);
    assert_eq!(run.end.unwrap().reason, EndReason::Completed);
}

#[test]
fn each_way_to_fail_is_told_by_kind_and_phase() {
    let cases = [
        (Behaviour::FailsToStage, FailureKind::RuntimeLost, Phase::Create),
        (Behaviour::FailsToStart, FailureKind::RuntimeLost, Phase::Start),
        (Behaviour::NeverReady, FailureKind::TimedOut, Phase::Ready),
        (Behaviour::Exits { code: 3 }, FailureKind::Exited, Phase::Ready),
        (Behaviour::OutOfMemory, FailureKind::OutOfMemory, Phase::Ready),
        (Behaviour::WrongAfter { answers: 0 }, FailureKind::WrongOutput, Phase::Ready),
        (Behaviour::FailsToStop, FailureKind::RuntimeLost, Phase::Stop),
    ];
    for (behaviour, kind, phase) in cases {
        let mut world = World::new(vec![service()]).with("lane", behaviour);
        let lane = world.lane("other", Behaviour::RIGHT);
        world.add(lane);
        let run = world.run().unwrap();
        let (failed, others): (Vec<_>, Vec<_>) = run.trials.iter().partition(|trial| trial.cell == 0);
        for trial in failed {
            let failure = failure_of(trial);
            assert_eq!((failure.kind, failure.phase), (kind, phase), "{failure:?}");
        }
        assert!(others.iter().all(|trial| !matches!(trial.outcome, Outcome::Failed { .. })), "{others:?}");
    }
}

#[test]
fn a_lane_that_can_not_be_prepared_has_one_failed_trial_and_the_others_go_on() {
    let mut world = World::new(vec![service()])
        .with("docker", Behaviour::FailsToPrepare)
        .with("native", Behaviour::RIGHT);
    let run = world.run().unwrap();
    assert_eq!(run.preparations[0].failure.as_ref().unwrap().kind, FailureKind::BadArtifact);
    let trials: Vec<_> = run.trials.iter().filter(|trial| trial.cell == 0).collect();
    assert_eq!(trials.len(), 1);
    assert_eq!((trials[0].aim(), failure_of(trials[0]).phase), (Aim::WARM_UP, Phase::Prepare));
    assert_eq!(with_aim(&run, Aim::START).len(), 3);
}

#[test]
fn a_lane_whose_runtime_is_lost_three_times_in_a_row_is_tried_no_further() {
    let mut world = World::new(vec![service(), command()]);
    let lost = world.lane("lost", Behaviour::RIGHT).from_start(3, Behaviour::FailsToStart);
    let tally = lost.tally();
    world.add(lost);
    let mut world = world.with("other", Behaviour::RIGHT);
    world.plan.trials.cold_starts = 20;
    let run = world.run().unwrap();
    let of = |lane: &str| {
        let own = |trial: &&Trial| run.row_of(trial.cell).is_some_and(|row| row.lane.as_str() == lane);
        run.trials.iter().filter(own).collect::<Vec<_>>()
    };
    let failed =
        of("lost").into_iter().filter(|trial| matches!(trial.outcome, Outcome::Failed { .. })).count();
    assert_eq!((failed, of("lost").len()), (3, 6));
    assert_eq!(tally.starts.load(Ordering::Relaxed), 6);
    assert_eq!(with_aim(&run, Aim::START).iter().filter(|trial| of("other").contains(trial)).count(), 39);
    let [left] = &run.left_out[..] else { panic!("{:?}", run.left_out) };
    assert_eq!(left.lane.as_str(), "lost");
    assert!(
        left.why.starts_with("3 trials in a row failed") && left.why.contains("the 37 that"),
        "{}",
        left.why
    );
    assert_eq!(run.end.as_ref().unwrap().reason, EndReason::Completed);
    assert!(world.journal.iter().any(|line| matches!(line, Record::LeftOut(_))));
}

#[test]
fn a_lane_that_answers_wrongly_is_tried_to_the_end() {
    for behaviour in [Behaviour::WrongAfter { answers: 0 }, Behaviour::NeverReady] {
        let mut world = World::new(vec![service()]).with("wrong", behaviour);
        let run = world.run().unwrap();
        assert_eq!((run.left_out.len(), with_aim(&run, Aim::START).len()), (0, 3));
    }
}

#[test]
fn a_command_with_another_output_fails_with_a_diff() {
    let mut world = World::new(vec![command()]).with("lane", Behaviour::WrongAfter { answers: 0 });
    let run = world.run().unwrap();
    let failure = failure_of(&run.trials[0]);
    assert_eq!(failure.kind, FailureKind::WrongOutput);
    assert_eq!(failure.diff.as_deref(), Some("@@ line 2 @@\n hello\n+and more\n"));
}

#[test]
fn a_command_that_never_exits_and_a_start_that_hangs_end_with_their_limit() {
    for (workload, behaviour, phase) in
        [(command(), Behaviour::NeverReady, Phase::Ready), (service(), Behaviour::HangsInStart, Phase::Start)]
    {
        let mut world = World::new(vec![workload]).with("lane", behaviour);
        world.plan.settings.limits.ready_timeout_ms = 30;
        let run = world.run().unwrap();
        for trial in &run.trials {
            let failure = failure_of(trial);
            assert_eq!((failure.kind, failure.phase), (FailureKind::TimedOut, phase), "{failure:?}");
        }
    }
}

#[test]
fn a_wrong_answer_in_mid_load_fails_the_trial_with_a_diff() {
    let mut world = World::new(vec![service()]).with("lane", Behaviour::WrongAfter { answers: 10 });
    let run = world.run().unwrap();
    let loaded = with_aim(&run, Aim::LOAD);
    let failure = failure_of(loaded[0]);
    assert_eq!((failure.kind, failure.phase), (FailureKind::WrongOutput, Phase::Serve));
    assert!(failure.diff.as_ref().unwrap().contains("+something else"), "{failure:?}");
    // The first two answers went to readiness and to the request outside the load.
    assert!(failure.message.contains("12 of 20 requests failed"), "{failure:?}");
}

#[test]
fn a_broken_connection_in_mid_load_fails_the_trial() {
    let mut world = World::new(vec![service()]).with("lane", Behaviour::BreaksAfter { answers: 10 });
    let run = world.run().unwrap();
    let failure = failure_of(with_aim(&run, Aim::LOAD)[0]);
    assert_eq!((failure.kind, failure.phase), (FailureKind::Exited, Phase::Serve), "{failure:?}");
    assert!(failure.message.contains("closed the connection"), "{failure:?}");
}

#[test]
fn a_lane_that_dies_in_mid_run_fails_its_trials_and_the_others_go_on() {
    let mut world = World::new(vec![service()]).with("native", Behaviour::RIGHT);
    let dying = world.lane("docker", Behaviour::RIGHT).from_start(4, Behaviour::FailsToStart);
    let tally = dying.tally();
    world.add(dying);
    let run = world.run().unwrap();
    let failed: Vec<_> =
        run.trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Failed { .. })).collect();
    assert!(failed.iter().all(|trial| trial.cell == 1));
    assert_eq!(failed.len(), 2);
    assert_eq!(tally.prepared.load(Ordering::Relaxed), 0);
    assert_eq!(tally.beds.load(Ordering::Relaxed), 0);
    assert_eq!(tally.instances.load(Ordering::Relaxed), 0);
}

#[test]
fn what_can_be_seen_of_a_lane_is_recorded_by_part() {
    let mut world = World::new(vec![service()]);
    let processes = vec![Process { pid: std::process::id(), role: Role::Instance }];
    let lane = world
        .lane("native", Behaviour::RIGHT)
        .with_footprint(Footprint { processes, ..Footprint::default() });
    world.add(lane);
    let run = world.run().unwrap();
    for metric in
        ["rss", "pss", "uss", "rss_peak", "cpu_user", "cpu_system", "cpu_total", "core_waited", "stop_time"]
    {
        assert!(!values(&run, metric).is_empty(), "{metric}");
        let told = run.metrics.iter().find(|known| known.slug.as_str() == metric).unwrap();
        assert!(told.help.len() > 40, "{metric}");
    }
    let reasons = run.samples().filter(|sample| sample.series.metric.as_str() == "cgroup_anon");
    assert!(reasons.map(|sample| sample.reading).all(|reading| reading.value().is_none()));
}

#[test]
fn a_service_that_ends_under_load_is_told_with_its_exit_code() {
    let ends = Behaviour::ExitsAfter { answers: 12, code: 3 };
    let mut world = World::new(vec![service()]).with("ends", ends);
    world.plan.settings.load.rate = Rate::HalfOfSlowest;
    let run = world.run().unwrap();
    let [burst] = with_aim(&run, Aim::CAPACITY)[..] else { panic!() };
    let failure = failure_of(burst);
    assert_eq!((failure.kind, failure.phase), (FailureKind::Exited, Phase::Serve));
    assert!(failure.message.starts_with("it exited with code 3 under load; "), "{}", failure.message);
    assert!(run.loads.is_empty());
    let told = world.events.borrow();
    let notice = told.iter().find_map(|event| match event {
        Event::Notice { message, .. } => Some(message.as_str()),
        _ => None,
    });
    assert!(
        notice.is_some_and(
            |told| told.starts_with("`service` is not loaded") && told.contains("in `ends`: it exited")
        ),
        "{notice:?}"
    );
}

#[test]
fn what_has_to_be_killed_is_told_once_a_row_with_its_place() {
    let mut world = World::new(vec![service(), command()]).with("deaf", Behaviour::HasToBeKilled);
    world.run().unwrap();
    let told = world.events.borrow();
    let notices: Vec<&str> = told
        .iter()
        .filter_map(|event| match event {
            Event::Notice { message, .. } => Some(message.as_str()),
            _ => None,
        })
        .collect();
    let [service, command] = notices[..] else { panic!("{notices:?}") };
    assert!(
        service.starts_with("service in deaf: it did not exit within 10000 ms after SIGTERM"),
        "{service}"
    );
    assert!(command.starts_with("command in deaf: "), "{command}");
}

#[test]
fn what_is_not_compared_and_yet_another_is_told_once_a_lane_and_request() {
    let mut workload = service();
    for exchange in workload.job.exchanges_mut() {
        exchange.expect.content_type = None;
        exchange.expect.recorded = Some(slug("other"));
        exchange.expect.recorded_type = Some("text/html".to_owned());
    }
    let run = World::new(vec![workload]).with("lane", Behaviour::RIGHT).run().unwrap();
    let told =
        run.unequal.iter().filter(|told| told.what.contains("recorded from lane `other` as `text/html`"));
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told.iter().all(|told| told.lane == Some(slug("lane")) && told.what.starts_with("`service`: ")),
        "{told:?}"
    );
}
