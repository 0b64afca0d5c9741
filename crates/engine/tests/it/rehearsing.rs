use std::sync::atomic::Ordering;

use plimsoll_engine::{Cancel, Conditions, EventSink, Owner, Rehearsal, RehearsalError, Runtime};
use plimsoll_model::{Answer, BodySchema, Compare, Event, FailureKind, Job, Limits, Slug, Workload};
use plimsoll_runtime::fake::Behaviour;

use crate::awkward::Mode;
use crate::awkward_lane::AwkwardLane;
use crate::world::{World, command, service, slug};

/// In a lane that behaves like this; the lane has to be empty afterwards.
struct Unheard;

impl EventSink for Unheard {
    fn send(&self, _: Event) {}
}

fn rehearse<T>(
    workload: &Workload,
    behaviour: Behaviour,
    done: impl AsyncFnOnce(Rehearsal<'_>) -> Result<T, RehearsalError>,
) -> Result<T, RehearsalError> {
    let world = World::new(Vec::new());
    let lane = world.lane("fake", behaviour);
    let ended = rehearse_in(&lane, workload, done);
    let tally = lane.tally();
    for left in [&tally.prepared, &tally.instances] {
        assert_eq!(left.load(Ordering::Relaxed), 0, "something is left");
    }
    ended
}

fn rehearse_in<T>(
    lane: &dyn Runtime,
    workload: &Workload,
    done: impl AsyncFnOnce(Rehearsal<'_>) -> Result<T, RehearsalError>,
) -> Result<T, RehearsalError> {
    let world = World::new(Vec::new());
    let limits = Limits { ready_timeout_ms: 2_000, ..Limits::default() };
    let owner = Owner::current(slug("r-20261121-000000-test"));
    let conditions = Conditions { limits, instance_cpus: Vec::new(), owner };
    let (clock, cancel) = (world.clock.as_ref(), Cancel::new());
    let (conditions, cancel) = (&conditions, &cancel);
    let rehearsal =
        Rehearsal { runtime: lane, workload, conditions, clock, events: &Unheard, cancel, for_run: false };
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    executor.block_on(done(rehearsal))
}

/// The service with nothing said of its answers.
fn unsaid() -> Workload {
    let mut workload = service();
    let Job::Serve(of) = &mut workload.job else { panic!() };
    for exchange in std::iter::once(&mut of.ready).chain(&mut of.others) {
        exchange.expect = Answer { compare: Compare::Status, ..Answer::exactly(200, [].into()) };
    }
    workload
}

#[test]
fn what_a_service_answers_is_expected_afterwards() {
    const LANE: Slug = Slug::known("fake");
    let recorded =
        rehearse(&service(), Behaviour::RIGHT, async |rehearsal| rehearsal.record(&LANE).await).unwrap();
    for exchange in recorded.job.service().unwrap().exchanges() {
        let expected = format!("the answer to {}\n", exchange.name);
        assert_eq!(*exchange.expect.body, *expected.as_bytes());
        assert_eq!((exchange.expect.compare, &exchange.expect.recorded), (Compare::Bytes, &Some(LANE)));
    }
    rehearse(&recorded, Behaviour::RIGHT, async |rehearsal| rehearsal.check().await).unwrap();
    let wrong = Behaviour::WrongAfter { answers: 0 };
    let refused = rehearse(&recorded, wrong, async |rehearsal| rehearsal.check().await).unwrap_err();
    assert!(
        matches!(&refused, RehearsalError::Failed(why) if why.kind == FailureKind::WrongOutput),
        "{refused}"
    );
}

#[test]
fn figures_are_measured_beside_what_is_heard_only_where_a_run_follows() {
    let measured = |for_run| {
        let lane = World::new(Vec::new()).lane("fake", Behaviour::RIGHT);
        rehearse_in(&lane, &service(), async |it| Rehearsal { for_run, ..it }.hear().await).unwrap();
        lane.tally().measured.load(Ordering::Relaxed)
    };
    assert_eq!((measured(false), measured(true)), (0, 1));
}

#[test]
fn what_changes_with_time_instance_or_request_is_left_out() {
    let lane = AwkwardLane(Mode::Changes);
    let hearing = rehearse_in(&lane, &unsaid(), async |rehearsal| rehearsal.hear().await).unwrap();
    assert_eq!(hearing.answers.len(), 3);
    for heard in &hearing.answers {
        assert_eq!(heard.left_out, ["/at", "/instance", "/n"], "{}", String::from_utf8_lossy(&heard.body));
    }
    let recorded = hearing.recorded(&unsaid(), &slug("awkward"));
    rehearse_in(&lane, &recorded, async |rehearsal| rehearsal.check().await).unwrap();
}

#[test]
fn what_is_not_compared_and_yet_another_is_told_by_a_check() {
    let lane = AwkwardLane(Mode::Plain);
    let recorded = rehearse_in(&lane, &unsaid(), async |it| it.record(&slug("awkward")).await).unwrap();
    let same = rehearse_in(&lane, &recorded, async |rehearsal| rehearsal.check().await).unwrap();
    assert_eq!(same.warnings, Vec::<String>::new());
    let other = rehearse(&recorded, Behaviour::RIGHT, async |rehearsal| rehearsal.check().await).unwrap();
    let [one, ..] = &other.warnings[..] else { panic!() };
    assert_eq!(
        (other.warnings.len(), one.as_str()),
        (
            3,
            "the answer to `one` (GET /one) has the content type `application/octet-stream`, recorded from lane `awkward` as \
             `text/plain`, which is not compared"
        )
    );
}

#[test]
fn answers_whose_status_alone_counts_are_right_whatever_they_say() {
    let wrong = Behaviour::WrongAfter { answers: 0 };
    let checked = rehearse(&unsaid(), wrong, async |rehearsal| rehearsal.check().await);
    assert!(checked.is_ok(), "{checked:?}");
}

#[test]
fn a_request_that_may_be_left_out_is_where_its_answer_is_another_one() {
    let mut told = unsaid();
    let Job::Serve(of) = &mut told.job else { panic!() };
    let unfit = || Answer::fitting(200, BodySchema::read(b"{}".as_slice().into()).unwrap());
    of.others[0].expect = unfit();
    let missed = of.others[0].name.clone();
    let hearing = rehearse(&told, Behaviour::RIGHT, async |rehearsal| rehearsal.hear_first(1).await).unwrap();
    assert_eq!(
        hearing.missed.iter().map(|it| it.request.clone()).collect::<Vec<_>>(),
        std::slice::from_ref(&missed)
    );
    let recorded = hearing.recorded(&told, &slug("fake"));
    let asked: Vec<Slug> =
        recorded.job.service().unwrap().exchanges().map(|exchange| exchange.name.clone()).collect();
    assert!(asked.len() == 2 && !asked.contains(&missed), "{asked:?}");
    rehearse(&recorded, Behaviour::RIGHT, async |rehearsal| rehearsal.check().await).unwrap();
    // One that was told by hand has to be answered.
    let refused = rehearse(&told, Behaviour::RIGHT, async |rehearsal| rehearsal.hear_first(2).await);
    assert!(matches!(refused, Err(RehearsalError::Failed(_))), "{refused:?}");
    // The first one may be left out too, as long as one stays.
    let Job::Serve(of) = &mut told.job else { panic!() };
    of.ready.expect = unfit();
    let hearing = rehearse(&told, Behaviour::RIGHT, async |rehearsal| rehearsal.hear_first(0).await).unwrap();
    assert_eq!(hearing.recorded(&told, &slug("fake")).job.service().unwrap().exchanges().count(), 1);
    for exchange in told.job.exchanges_mut() {
        exchange.expect = unfit();
    }
    let refused = rehearse(&told, Behaviour::RIGHT, async |rehearsal| rehearsal.hear_first(0).await);
    assert!(refused.unwrap_err().to_string().contains("none of 3 requests is left"));
}

#[test]
fn what_a_command_prints_is_expected_afterwards() {
    let recorded = rehearse(&command(), Behaviour::RIGHT, async |rehearsal| {
        rehearsal.record(&Slug::known("fake")).await
    });
    let recorded = recorded.unwrap();
    let expect = &recorded.job.invocation().unwrap().expect;
    assert_eq!((&*expect.stdout, &expect.recorded), (b"hello\n".as_slice(), &Some(slug("fake"))));
    let told = recorded.recorded();
    assert!(told[0].contains("must print: what it prints is held against what lane `fake` gave"), "{told:?}");
}

#[test]
fn what_never_answers_or_can_t_be_prepared_gives_nothing_and_leaves_nothing() {
    for behaviour in [Behaviour::FailsToPrepare, Behaviour::Exits { code: 3 }, Behaviour::NeverReady] {
        let refused = rehearse(&unsaid(), behaviour.clone(), async |rehearsal| {
            rehearsal.record(&Slug::known("fake")).await
        });
        assert!(matches!(refused, Err(RehearsalError::Failed(_))), "{behaviour:?}");
    }
}
