use std::num::NonZeroU64;
use std::sync::Arc;

use plimsoll_engine::{Pace, Version};
use plimsoll_model::{Aim, Arm, Event, Outcome, Precision, Rate, Reading, Record, Run, Trial, Variant};
use plimsoll_runtime::fake::{Behaviour, ManualClock};

use crate::world::{World, command, service, slug, with_aim};

fn order(seed: u64) -> Vec<(u32, Aim)> {
    let mut world = World::new(vec![service(), command()]);
    for name in ["docker", "wasmtime", "native"] {
        world = world.with(name, Behaviour::RIGHT);
    }
    world.plan.seed = seed;
    let run = world.run().unwrap();
    run.trials.iter().map(|trial| (trial.cell, trial.aim())).collect()
}

#[test]
fn the_order_is_shuffled_and_the_same_for_the_same_seed() {
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
}

#[test]
fn every_trial_knows_its_position_round_and_predecessor() {
    let mut world =
        World::new(vec![service()]).with("docker", Behaviour::RIGHT).with("native", Behaviour::RIGHT);
    world.plan.arms = ["a", "b"].map(|name| Arm { slug: slug(name) }).to_vec();
    let run = world.run().unwrap();
    assert_eq!(run.cells.len(), 4);
    assert_eq!((run.rows.len(), run.preparations.len()), (2, 2));
    let mut before = None;
    let mut began_ns = 0;
    for (at, trial) in run.trials.iter().enumerate() {
        assert_eq!((trial.position, trial.predecessor), (at as u32, before));
        assert!(trial.began_ns >= began_ns);
        (before, began_ns) = (Some(trial.cell), trial.began_ns);
    }
    for round in 0..6 {
        let mut cells: Vec<u32> =
            run.trials.iter().filter(|trial| trial.round == round).map(|trial| trial.cell).collect();
        cells.sort_unstable();
        // In round 1 the first arm of each lane is asked what the lane can serve.
        let expected: &[u32] = if round == 1 { &[0, 2] } else { &[0, 1, 2, 3] };
        assert_eq!(cells, expected, "round {round}");
    }
}

#[test]
fn the_journal_begins_with_the_head_names_things_before_using_them_and_folds_to_the_run() {
    let mut world = World::new(vec![service()]).with("native", Behaviour::RIGHT);
    let run = world.run().unwrap();
    let mut lines = world.journal.iter().cloned();
    let Some(Record::Head(head)) = lines.next() else { panic!("the head must be first") };
    assert!(head.trials.is_empty() && head.end.is_none());
    let mut folded: Run = *head;
    for line in lines {
        folded.apply(line);
        folded.check_references().unwrap();
        for series in &folded.series {
            assert!(folded.metrics.iter().any(|metric| metric.slug == series.metric), "{series:?}");
        }
    }
    assert_eq!(folded, run);
    assert!(matches!(world.journal.last(), Some(Record::End(_))));
}

#[test]
fn every_metric_of_a_run_is_known_before_it() {
    let mut world = World::new(vec![command(), service()]).with("native", Behaviour::RIGHT);
    let run = world.run().unwrap();
    let known = plimsoll_engine::metrics();
    let own = run.metrics.iter().filter(|metric| !metric.slug.as_str().starts_with("fake"));
    for metric in own {
        assert!(known.contains(metric), "{metric:?}");
    }
    assert!(run.metrics.iter().any(|metric| metric.compared.is_some()));
}

#[test]
fn events_tell_how_far_the_run_has_come() {
    let mut world = World::new(vec![service()]).with("native", Behaviour::RIGHT);
    let run = world.run().unwrap();
    let events = world.events.borrow();
    assert!(matches!(events.first(), Some(Event::RunStarted { .. })));
    assert!(matches!(events.last(), Some(Event::RunEnded { .. })));
    let last = events.iter().rev().find_map(|event| match event {
        Event::TrialEnded { progress, .. } => Some(*progress),
        _ => None,
    });
    let progress = last.unwrap();
    assert_eq!((progress.done, progress.planned), (run.trials.len() as u32, run.trials.len() as u32));
    assert_eq!(progress.left_ms, Some(0));
}

#[test]
fn what_is_unequal_is_named_by_lane() {
    let run = World::new(vec![command()]).with("native", Behaviour::RIGHT).run().unwrap();
    let of_lane = run.unequal.iter().filter(|unequal| unequal.lane == Some(slug("native")));
    let told: Vec<&str> = of_lane.map(|unequal| unequal.what.as_str()).collect();
    assert_eq!(
        told,
        ["It has no process of its own.", "Not held to the limits: A fake instance can't be limited."]
    );
    // What stands outside the limits is told once, with the lane itself.
    assert_eq!(run.lanes[0].outside_limits, ["The thread that answers."]);
    assert_eq!(run.site.host.versions.get("fake").map(String::as_str), Some("1"));
}

#[test]
fn a_precision_repeats_until_it_is_enough_and_not_beyond_the_cap() {
    let mut world = World::new(vec![command()]).with("native", Behaviour::RIGHT);
    world.plan.trials.precision = Some(Precision { half_width_milli: 50, cap: 9 });
    world.enough = |cold_starts_ns| cold_starts_ns.len() >= 6;
    assert_eq!(with_aim(&world.run().unwrap(), Aim::START).len(), 6);
    world.enough = |_| false;
    assert_eq!(with_aim(&world.run().unwrap(), Aim::START).len(), 9);
}

#[test]
fn a_hopeless_cell_is_not_repeated_for_the_sake_of_a_precision() {
    let mut world = World::new(vec![command()]).with("native", Behaviour::Exits { code: 3 });
    world.plan.trials.precision = Some(Precision { half_width_milli: 50, cap: 1_000 });
    world.enough = |_| false;
    assert_eq!(with_aim(&world.run().unwrap(), Aim::START).len(), 4);
}

#[test]
fn the_common_rate_is_half_of_the_slowest_right_lane_rounded_down() {
    let mut world = World::new(vec![service()])
        .with("right", Behaviour::RIGHT)
        .with("wrong", Behaviour::WrongAfter { answers: 3 });
    world.plan.settings.load.rate = Rate::HalfOfSlowest;
    // So slow a load that it is over at once, however fast the burst was.
    world.plan.settings.load.duration_ms = 100;
    let run = world.run().unwrap();
    let [load] = run.loads.as_slice() else { panic!("one service, one load: {:?}", run.loads) };
    let capacity = load.capacities[0].capacity_milli.value().unwrap();
    assert!(load.rate_milli <= capacity / 2 && load.rate_milli > capacity / 5, "{load:?}");
    let leading = load.rate_milli.to_string();
    assert!(matches!(leading.trim_end_matches('0'), "1" | "2" | "5"), "{leading}");
    assert!(matches!(load.capacities[1].capacity_milli, Reading::Unavailable { .. }));
    let asked =
        Pace::Open { rate_milli: NonZeroU64::new(load.rate_milli).unwrap(), duration_ns: 100_000_000 };
    let sent = crate::world::values(&run, "requests_sent");
    assert_eq!(Some(sent[0]), asked.total());
}

#[test]
fn the_arms_of_a_lane_are_asked_once_what_it_can_serve() {
    let mut world = World::new(vec![service()]).with("one", Behaviour::RIGHT).with("two", Behaviour::RIGHT);
    world.plan.arms = Arm::lettered(2).unwrap();
    world.plan.settings.load.rate = Rate::HalfOfSlowest;
    world.plan.settings.load.duration_ms = 100;
    let run = world.run().unwrap();
    assert_eq!(with_aim(&run, Aim::CAPACITY).len(), 2);
    let cells: Vec<u32> = run.loads[0].capacities.iter().map(|found| found.cell).collect();
    assert_eq!(cells, [0, 2]);
}

#[test]
fn a_workload_and_its_version_before_a_change_are_loaded_at_one_rate() {
    let mut world = World::new(vec![service()]).with("one", Behaviour::RIGHT);
    world.plan.variants.push(Variant { slug: Variant::BEFORE, of: None });
    world.workloads.push(Version { variant: Variant::BEFORE, workload: service() });
    world.plan.settings.load.rate = Rate::HalfOfSlowest;
    world.plan.settings.load.duration_ms = 100;
    let run = world.run().unwrap();
    let told: Vec<String> = run.rows.iter().map(|row| row.case.to_string()).collect();
    assert_eq!(told, ["service", "service-before"]);
    let [load] = run.loads.as_slice() else { panic!("{:?}", run.loads) };
    let [own, before] = load.capacities.as_slice() else { panic!("{load:?}") };
    let slowest = own.capacity_milli.value().min(before.capacity_milli.value()).unwrap();
    assert!(load.rate_milli <= slowest / 2 && load.rate_milli > slowest / 5, "{load:?}");
    let sent = crate::world::values(&run, "requests_sent");
    assert_eq!(sent[0], sent[1]);
}

/// Of 4 cold starts, the load generator being late in these. Little time passes but in pauses, so that nothing else makes
/// it late.
fn three_loads(late: fn(u32) -> bool) -> World {
    let mut world = World::new(vec![service()]);
    world.clock = Arc::new(ManualClock::new(1_000_000_000, 2_000));
    world.plan.trials.loaded = 3;
    // So few that the core is left alone between two.
    world.plan.settings.load.rate = Rate::FixedMilliPerSecond(20_000);
    world.late = late;
    world.with("native", Behaviour::RIGHT)
}

fn is_invalid(trial: &Trial) -> bool {
    matches!(trial.outcome, Outcome::Invalid { .. })
}

#[test]
fn an_invalid_load_is_kept_and_made_again_after_the_rounds_of_the_plan() {
    let mut world = three_loads(|load| load < 2);
    let run = world.run().unwrap();
    let loads = with_aim(&run, Aim::LOAD);
    let invalid: Vec<bool> = loads.iter().map(|trial| is_invalid(trial)).collect();
    assert_eq!(invalid, [true, true, false, false, false]);
    let planned = with_aim(&run, Aim::START).len() + 3;
    assert_eq!(planned, 4);
    let last = loads.iter().rev().take(2).map(|trial| trial.round).collect::<Vec<_>>();
    let in_plan = run.trials.iter().filter(|trial| !last.contains(&trial.round)).map(|trial| trial.round);
    assert!(in_plan.max() < last.iter().copied().min() && last[0] > last[1], "{last:?}");
}

#[test]
fn where_no_load_is_sound_none_is_made_again() {
    let mut world = three_loads(|_| true);
    let run = world.run().unwrap();
    let loads = with_aim(&run, Aim::LOAD);
    assert!(loads.len() == 3 && loads.into_iter().all(is_invalid));
}
