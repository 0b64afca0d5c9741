//! Containers of Podman, by a service of its own that is started for them.

use std::process::Command;
use std::sync::Arc;

use plimsoll_model::{Availability, LaneSpec, Parameter, Slug};
use plimsoll_runtime::{Family, Role, Runtime, conformance};
use plimsoll_runtime_docker::DockerFamily;

use crate::ground::{command, conditions, granted, lanes, prepare, ready, service, start};
use crate::second::Second;

/// Whether there is something to try.
fn is_installed() -> bool {
    let found = Command::new("podman").arg("--version").output().is_ok_and(|told| told.status.success());
    if !found {
        eprintln!("NOT TRIED: `podman` is not installed here (`apt-get install podman runc`)");
    }
    found
}

fn lane(podman: &Second, network: &str, begin: &str) -> LaneSpec {
    let text = |name, value: &str| (Slug::known(name), Parameter::Text(value.to_owned()));
    let parameters = [text("engine", &podman.address()), text("network", network), text("begin", begin)];
    LaneSpec {
        parameters: parameters.into(),
        ..LaneSpec::plain(Slug::known("second"), Slug::known("docker"))
    }
}

fn opened(family: &DockerFamily, lane: &LaneSpec) -> Arc<dyn Runtime> {
    family.open(lane).unwrap()
}

#[test]
fn lanes_of_podman_keep_the_contract() {
    if !is_installed() {
        return;
    }
    let podman = Second::podman();
    let left = podman.inside(async || {
        let family = DockerFamily::new();
        for (network, begin) in [("bridge", "create"), ("host", "exec")] {
            let lane = lane(&podman, network, begin);
            let found = opened(&family, &lane).tried().await;
            assert!(matches!(found, Availability::Available { .. }), "{network}: {found:?}");
            let conditions = conditions("podman");
            let (http, command, granted) = (service("serve"), command("print"), granted());
            let kept = conformance::check(&family, &lane, &http, &command, &granted, &conditions).await;
            kept.unwrap_or_else(|broken| panic!("{network}, {begin}: {broken}"));
        }
        (podman.containers().await, podman.beside(), podman.images().await)
    });
    assert_eq!(left, (Vec::new(), Vec::new(), Vec::new()));
}

#[tokio::test]
async fn what_podman_has_is_told_to_be_unseen_where_its_service_is_not_there() {
    let swept = DockerFamily::new().sweep().await.unwrap();
    let lanes: Vec<&str> = swept.unseen.iter().map(|part| part.lane.as_str()).collect();
    let answers = is_answering().await;
    assert_eq!(lanes, vec!["podman"; usize::from(is_installed() && !answers)], "{swept:?}");
    assert!(swept.unseen.iter().all(|part| part.remedy.contains("podman")), "{swept:?}");
}

async fn is_answering() -> bool {
    let lane = DockerFamily::new().offers().into_iter().find(|offer| offer.spec.slug.as_str() == "podman");
    let podman = DockerFamily::new().open(&lane.unwrap().spec).unwrap();
    matches!(podman.availability().await, Availability::Available { .. })
}

#[test]
fn what_stands_beside_a_container_of_podman_is_told_as_it_was_found() {
    if !is_installed() {
        return;
    }
    let podman = Second::podman();
    let (found, record, roles, attendants, versions) = podman.inside(async || {
        let family = DockerFamily::new();
        let runtime = opened(&family, &lane(&podman, "bridge", "create"));
        let found = format!("{:?}", runtime.tried().await);
        let prepared = prepare(runtime.as_ref(), &service("serve"), &conditions("beside")).await;
        let attendants = prepared.stage().await.unwrap().attendants();
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.marks().await.unwrap();
        let roles: Vec<Role> = instance.footprint().processes.iter().map(|process| process.role).collect();
        let stopped = instance.stop().await.unwrap();
        assert_eq!((stopped.exit.code, stopped.killed), (Some(0), None));
        let peak = format!("{:?}", stopped.peak);
        assert!(peak.contains("counted with the container"), "{peak}");
        prepared.discard().await.unwrap();
        (found, runtime.record(), roles, attendants, runtime.versions().await)
    });
    assert!(found.contains("Podman ") && found.contains(&podman.address()), "{found}");
    assert_eq!(roles, [Role::Instance, Role::Shim]);
    assert_eq!(attendants.len(), 1, "its service");
    assert!(record.words.starts.contains(&format!("of the engine at `{}`", podman.address())));
    let told = format!("{record:?}");
    for word in
        ["`conmon`, one per container", "the start of `conmon` and `runc`", "Podman's default seccomp filter"]
    {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert!(!told.contains("docker-proxy") && !told.contains("containerd-shim"), "{told}");
    assert!(versions.contains_key("podman") && versions.contains_key("podman-conmon"), "{versions:?}");
}

#[test]
fn what_was_found_of_one_engine_is_not_told_of_another() {
    if !is_installed() {
        return;
    }
    let podman = Second::podman();
    let family = DockerFamily::new();
    let [docker, _] = lanes();
    let before = docker.record();
    podman.inside(async || opened(&family, &lane(&podman, "bridge", "create")).tried().await);
    assert_eq!(family.open(&docker.spec()).unwrap().record(), before);
}

#[test]
fn a_dead_owner_s_containers_and_images_go_from_every_engine_that_was_used() {
    use crate::ground::Mortal;
    if !is_installed() {
        return;
    }
    let podman = Second::podman();
    let (before, swept, after) = podman.inside(async || {
        let family = DockerFamily::new();
        let runtime = opened(&family, &lane(&podman, "host", "start"));
        let mut conditions = conditions("podman-sweep");
        let (mortal, owner) = Mortal::born(conditions.owner.run);
        conditions.owner = owner;
        let prepared = prepare(runtime.as_ref(), &command("print"), &conditions).await;
        let bed = prepared.stage().await.unwrap();
        let before = podman.containers().await.len();
        // As by a process that was killed: nothing of it is taken down.
        std::mem::forget(bed);
        std::mem::forget(prepared);
        mortal.dies();
        let swept = family.sweep().await.unwrap();
        (before, swept, podman.containers().await)
    });
    assert_eq!((before, after), (1, Vec::new()), "{swept:?}");
    let images = swept.removed.iter().filter(|removed| removed.starts_with("image `")).count();
    assert!(images > 0, "{swept:?}");
}

#[test]
fn an_engine_that_is_none_is_refused_by_its_parameter() {
    let family = DockerFamily::new();
    let text = |value: &str| [(Slug::known("engine"), Parameter::Text(value.to_owned()))].into();
    let of = |value| LaneSpec {
        parameters: text(value),
        ..LaneSpec::plain(Slug::known("mine"), Slug::known("docker"))
    };
    let refused = family.open(&of("docker")).err().unwrap().to_string();
    assert!(refused.contains("`engine`") && refused.contains("`podman`"), "{refused}");
}

#[tokio::test]
async fn an_address_that_nobody_serves_is_told_with_who_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("unix://{}/engine.sock", folder.path().display());
    for address in ["unix://relative", &nowhere] {
        let family = DockerFamily::new();
        let parameters = [(Slug::known("engine"), Parameter::Text(address.to_owned()))].into();
        let lane = LaneSpec { parameters, ..LaneSpec::plain(Slug::known("mine"), Slug::known("docker")) };
        let Availability::Unavailable { problem, remedy } = family.open(&lane).unwrap().availability().await
        else {
            panic!("there is none")
        };
        assert!(problem.contains("by the lane's parameter `engine`"), "{problem}");
        assert!(remedy.starts_with("correct the lane's parameter `engine`"), "{remedy}");
        assert!(!remedy.contains("docker"), "{remedy}");
    }
}

#[test]
fn a_runtime_that_podman_does_not_take_is_told_by_what_ran_instead() {
    if !is_installed() {
        return;
    }
    let podman = Second::podman();
    let found = podman.inside(async || {
        let mut lane = lane(&podman, "host", "create");
        let is_known = Parameter::Text("crun".to_owned());
        lane.parameters.insert(Slug::known("runtime"), is_known);
        opened(&DockerFamily::new(), &lane).tried().await
    });
    // A later Podman may mind, and run it.
    let told = format!("{found:?}");
    let is_told = told.contains("and ran it by `runc`") && told.contains("--runtime crun system service");
    assert!(is_told || matches!(found, Availability::Available { .. }) || told.contains("refused"), "{told}");
}
