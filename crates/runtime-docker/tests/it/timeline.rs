//! Where the time of a start goes inside the engine.

use plimsoll_model::{Phase, Slug};
use plimsoll_runtime::{Family, START_PARTS};
use plimsoll_runtime_docker::DockerFamily;

use crate::ground::{conditions, prepare, ready, service, start};

#[tokio::test]
async fn the_parts_of_a_start_make_up_its_phase() {
    let family = DockerFamily::new();
    for slug in ["docker", "docker+hostnet"].map(Slug::known) {
        let offer = family.offers().into_iter().find(|offer| offer.spec.slug == slug).unwrap();
        let runtime = family.open(&offer.spec).unwrap();
        let conditions = conditions("timeline");
        let prepared = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        let marks = instance.marks().await.unwrap();
        let figures = instance.figures(Phase::Ready).await;
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();

        let parts: Vec<_> = figures.iter().filter(|figure| figure.metric == START_PARTS).collect();
        let subjects: Vec<&str> =
            parts.iter().filter_map(|part| part.subject.as_ref()).map(Slug::as_str).collect();
        assert_eq!(subjects, ["connected", "running", "returned"]);
        let values: Option<Vec<u64>> = parts.iter().map(|part| part.reading.value()).collect();
        let values = values.unwrap_or_else(|| panic!("{slug}: {parts:?}"));
        let end_of = |phase| marks.iter().find(|mark| mark.phase == phase).unwrap().end_ns;
        let phase = end_of(Phase::Start) - end_of(Phase::Create);
        let sum: u64 = values.iter().sum();
        assert!(sum <= phase && sum > phase / 10 * 9, "{slug}: {values:?} of {phase}");
    }
}
