use std::sync::atomic::Ordering;

use plimsoll_engine::EngineError;
use plimsoll_model::{Aim, EndReason, LaneSpec, Outcome, Record};
use plimsoll_runtime::fake::Behaviour;

use crate::world::{World, command, service, with_aim};

#[test]
fn a_cancelled_run_keeps_what_was_measured_and_leaves_nothing() {
    for kind in [Aim::WARM_UP, Aim::CAPACITY, Aim::LOAD, Aim::START] {
        let mut world = World::new(vec![service()]);
        // A load that would outlast every patience.
        world.plan.settings.load.duration_ms = 3_600_000;
        let lane = world.lane("native", Behaviour::RIGHT);
        let tally = lane.tally();
        world.add(lane);
        world.cancel_at = Some(kind);
        let run = world.run().unwrap();
        assert_eq!(run.end.as_ref().unwrap().reason, EndReason::Interrupted);
        let last = run.trials.last().unwrap();
        assert_eq!((last.aim(), &last.outcome), (kind, &Outcome::Interrupted));
        assert!(run.trials.iter().rev().skip(1).all(|trial| trial.outcome == Outcome::Passed));
        assert!(matches!(world.journal.last(), Some(Record::End(_))));
        assert_eq!(tally.prepared.load(Ordering::Relaxed), 0);
        assert_eq!(tally.beds.load(Ordering::Relaxed), 0);
        assert_eq!(tally.instances.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn a_start_that_hangs_does_not_outlast_the_wish_to_stop() {
    let mut world = World::new(vec![command()]).with("native", Behaviour::HangsInStart);
    world.plan.settings.limits.ready_timeout_ms = 3_600_000;
    world.cancel_at = Some(Aim::WARM_UP);
    let run = world.run().unwrap();
    assert_eq!(with_aim(&run, Aim::WARM_UP)[0].outcome, Outcome::Interrupted);
}

#[test]
fn a_journal_that_can_not_be_written_ends_the_run_and_leaves_nothing() {
    let mut lines = World::new(vec![service()]).with("native", Behaviour::RIGHT);
    lines.run().unwrap();
    for full_at in [0, 2, 5, lines.journal.len() / 2, lines.journal.len() - 1] {
        let mut world = World::new(vec![service()]);
        let lane = world.lane("native", Behaviour::RIGHT);
        let tally = lane.tally();
        world.add(lane);
        world.full_at = Some(full_at);
        assert!(matches!(world.run(), Err(EngineError::Record(_))), "{full_at}");
        assert_eq!(tally.prepared.load(Ordering::Relaxed), 0);
        assert_eq!(tally.beds.load(Ordering::Relaxed), 0);
        assert_eq!(tally.instances.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn a_plan_that_names_what_is_not_there_is_refused() {
    let mut world = World::new(vec![service()]).with("native", Behaviour::RIGHT);
    world.plan.lanes.push(LaneSpec::plain(crate::world::slug("podman"), crate::world::slug("fake")));
    let refused = world.run().unwrap_err().to_string();
    assert!(refused.contains("`podman`") && refused.contains("plimsoll doctor"), "{refused}");
    assert!(world.journal.is_empty());
}
