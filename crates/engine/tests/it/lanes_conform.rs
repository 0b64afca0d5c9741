use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_engine::{MonotonicClock, Owner};
use plimsoll_model::Limits;
use plimsoll_runtime::fake::{Behaviour, FakeFamily, FakeRuntime};
use plimsoll_runtime::{Conditions, Family, Runtime as _, conformance};

use crate::world::{command, granted, service, slug};

fn check(behaviour: Behaviour) -> Result<(), conformance::ConformanceError> {
    let family = FakeFamily::new(slug("fake"), Arc::new(MonotonicClock), behaviour, &[slug("scripted")]);
    let lane = family.offers().remove(0).spec;
    let limits = Limits { ready_timeout_ms: 1_000, ..Limits::default() };
    let owner = Owner::current(slug("conformance"));
    let conditions = Conditions { limits, instance_cpus: Vec::new(), owner };
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (service, command, granted) = (service(), command(), granted());
    executor.block_on(conformance::check(&family, &lane, &service, &command, &granted, &conditions))
}

#[test]
fn a_right_scripted_lane_passes_the_conformance_suite() {
    check(Behaviour::RIGHT).unwrap();
}

#[test]
fn the_conformance_suite_is_not_content_with_a_command_that_is_granted_nothing() {
    let lane = FakeRuntime::new(slug("fake"), Arc::new(MonotonicClock), Behaviour::RIGHT);
    let owner = Owner::current(slug("nothing-granted"));
    let conditions = Conditions { limits: Limits::default(), instance_cpus: Vec::new(), owner };
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for workload in [command(), service()] {
        let checked = conformance::grants_the_environment(&lane, &workload, &conditions);
        let told = executor.block_on(checked).unwrap_err().to_string();
        assert!(told.contains("no granted environment variable"), "{told}");
    }
}

#[test]
fn the_conformance_suite_tells_what_is_broken() {
    let broken = [
        (Behaviour::FailsToPrepare, "`prepare` failed"),
        (Behaviour::FailsToStage, "`stage` failed"),
        (Behaviour::FailsToStart, "`start` failed"),
        (Behaviour::FailsToStop, "`stop` failed"),
        (Behaviour::HasToBeKilled, "had to kill"),
        (Behaviour::NeverReady, "nothing answered"),
        (Behaviour::Exits { code: 3 }, "that was not stopped"),
        (Behaviour::WrongAfter { answers: 0 }, "the answer has status 200"),
        (Behaviour::OutlivesItsBed, "whose bed was ended"),
    ];
    for (behaviour, words) in broken {
        let told = check(behaviour).unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
    }
}

#[tokio::test]
async fn a_bed_s_first_start_finds_what_was_staged_and_a_later_one_makes_its_own() {
    let lane = FakeRuntime::new(slug("fake"), Arc::new(MonotonicClock), Behaviour::RIGHT)
        .from_start(1, Behaviour::FailsToStage)
        .from_start(2, Behaviour::RIGHT);
    let owner = Owner::current(slug("staged-ahead"));
    let conditions = Conditions { limits: Limits::default(), instance_cpus: Vec::new(), owner };
    let prepared = lane.prepare(&command(), &conditions).await.unwrap();
    let tally = lane.tally();
    let made = || tally.starts.load(Ordering::Relaxed);
    let mut bed = prepared.stage().await.unwrap();
    assert_eq!(made(), 1);
    bed.start().await.unwrap().stop().await.unwrap();
    assert_eq!(made(), 1);
    let refusal = bed.start().await.err().unwrap();
    assert!(refusal.to_string().contains("stage"), "{refusal}");
    bed.start().await.unwrap().stop().await.unwrap();
    assert_eq!(made(), 3);
    bed.end().await.unwrap();
    prepared.discard().await.unwrap();
}
