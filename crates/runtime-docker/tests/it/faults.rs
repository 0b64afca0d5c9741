//! What goes wrong ends promptly, says what it is, and leaves nothing.

use std::path::Path;
use std::time::Duration;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptions, TagImageOptionsBuilder,
};
use plimsoll_model::{Availability, FailureKind, Phase};
use plimsoll_runtime::proc::Unheard;
use plimsoll_runtime::{Conditions, Family, Killed, NotEnough, free_address};
use plimsoll_runtime_docker::DockerFamily;
use tokio::time::timeout;

use crate::forwarder::Forwarder;
use crate::ground::{
    bridge, bridge_at, command, conditions, engine, held_by, hostnet, lanes, lanes_of, prepare, ready,
    service, start, with_binary,
};

/// Longer than anything here may take; a test that meets it hangs.
const HANG: Duration = Duration::from_secs(60);

async fn problem_at(host: String) -> (String, String) {
    match bridge_at(host).availability().await {
        Availability::Unavailable { problem, remedy } => (problem, remedy),
        Availability::Available { detail } => panic!("available: {detail}"),
    }
}

async fn remove(container: &str) {
    let options = RemoveContainerOptions { force: true, ..Default::default() };
    engine().remove_container(container, Some(options)).await.unwrap();
}

#[tokio::test]
async fn an_absent_socket_a_forbidden_one_and_a_dead_one_each_have_a_remedy() {
    let (problem, remedy) = problem_at("unix:///nowhere/docker.sock".to_owned()).await;
    assert!(problem.contains("`unix:///nowhere/docker.sock`") && problem.contains("no such socket"));
    assert!(remedy.starts_with("unset DOCKER_HOST; or apt-get install docker.io"), "{remedy}");

    let forbidding = Forwarder::that_answers(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let (problem, remedy) = problem_at(forbidding.host()).await;
    assert!(problem.starts_with("may not use Docker") && remedy.contains("usermod -aG docker"), "{problem}");

    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let (problem, remedy) = problem_at(format!("unix://{}", socket.display())).await;
    assert!(problem.contains("nobody listens") && remedy.contains("systemctl start docker"), "{problem}");

    let port = free_address().unwrap();
    let (_, remedy) = problem_at(format!("tcp://{port}")).await;
    assert_eq!(remedy, format!("unset DOCKER_HOST; or start the engine at `tcp://{port}`"));
}

#[tokio::test]
async fn a_socket_that_never_answers_or_answers_nonsense_is_an_error() {
    let mute = Forwarder::that_answers(b"");
    let (problem, remedy) = timeout(HANG, problem_at(mute.host())).await.unwrap();
    assert!(problem.contains("did not answer `version`"), "{problem}");
    assert!(remedy.starts_with("unset DOCKER_HOST; or "), "{remedy}");
    let babbling = Forwarder::that_answers(b"220 mail ready\r\n\r\n");
    let (problem, _) = timeout(HANG, problem_at(babbling.host())).await.unwrap();
    assert!(problem.contains("lost the engine"), "{problem}");
}

#[tokio::test]
async fn where_no_engine_is_there_is_nothing_to_sweep_and_nothing_held() {
    let family = DockerFamily::at("unix:///nowhere/docker.sock");
    let [runtime, _] = lanes_of(&family);
    assert!(family.sweep().await.unwrap().removed.is_empty());
    assert_eq!(runtime.held().await, None);
    assert!(runtime.versions().await.is_empty());
    let error = runtime.prepare(&command("print"), &conditions("absent")).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::RuntimeLost);
}

#[tokio::test]
async fn more_cpus_than_the_engine_has_are_refused_in_its_words_before_any_trial() {
    let mut conditions = conditions("cpus");
    conditions.limits.cpu_milli = 4_000_000;
    for runtime in lanes() {
        let error = runtime.prepare(&command("print"), &conditions).await.err().unwrap();
        assert_eq!(error.kind(), FailureKind::RuntimeLost);
        assert!(
            error.to_string().contains("container create") && error.to_string().contains("CPUs"),
            "{error}"
        );
    }
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_container_name_that_somebody_has_is_a_conflict_and_his_stays() {
    let runtime = bridge();
    let conditions = conditions("name");
    let artifact = prepare(runtime.as_ref(), &command("print"), &conditions).await;
    let name = format!("plimsoll-{}-docker-0", conditions.owner.run);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let image = Some(artifact.digests()["image"].clone());
    let body = ContainerCreateBody { image, ..Default::default() };
    let foreign = engine().create_container(Some(options), body).await.unwrap().id;
    let error = start(artifact.as_ref()).await.err().unwrap();
    assert!(engine().inspect_container(&foreign, None).await.is_ok());
    remove(&foreign).await;
    artifact.discard().await.unwrap();
    assert_eq!(error.kind(), FailureKind::Conflict);
    assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
}

#[tokio::test]
async fn an_image_name_that_somebody_has_is_a_conflict_and_his_stays() {
    let conditions = conditions("tag");
    let workload = command("print");
    let other = crate::ground::conditions("tagged");
    let foreign = prepare(bridge().as_ref(), &workload, &other).await;
    let id = foreign.digests()["image"].clone();
    let (repository, tag) = ("plimsoll/command", format!("{}-docker-0", conditions.owner.run));
    let options = TagImageOptionsBuilder::new().repo(repository).tag(&tag).build();
    engine().tag_image(&id, Some(options)).await.unwrap();
    let error = bridge().prepare(&workload, &conditions).await.err().unwrap();
    let kept = engine().inspect_image(&format!("{repository}:{tag}")).await.unwrap().id;
    engine()
        .remove_image(
            &format!("{repository}:{tag}"),
            None::<bollard::query_parameters::RemoveImageOptions>,
            None,
        )
        .await
        .unwrap();
    foreign.discard().await.unwrap();
    assert_eq!(kept, Some(id));
    assert_eq!(error.kind(), FailureKind::Conflict);
    assert!(error.to_string().contains(&tag), "{error}");
    assert_eq!(held_by(&other.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_service_that_exits_at_once_is_told_with_its_last_words() {
    for runtime in lanes() {
        let conditions = conditions("exits");
        let artifact = prepare(runtime.as_ref(), &service("nonsense"), &conditions).await;
        let mut instance = start(artifact.as_ref()).await.unwrap();
        let exit = timeout(HANG, async {
            loop {
                match instance.ended().await {
                    Some(exit) => break exit,
                    None => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            }
        });
        let exit = exit.await.unwrap();
        assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(3), "no such mode"));
        let stopped = instance.stop().await.unwrap();
        assert_eq!((stopped.killed, stopped.exit), (None, exit));
        artifact.discard().await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn going_over_the_memory_limit_is_told_as_such() {
    for runtime in lanes() {
        let conditions = conditions("memory");
        let artifact = prepare(runtime.as_ref(), &command("eat"), &conditions).await;
        let mut instance = start(artifact.as_ref()).await.unwrap();
        let exit = timeout(HANG, instance.wait()).await.unwrap().unwrap();
        let stopped = instance.stop().await.unwrap();
        artifact.discard().await.unwrap();
        assert_eq!((exit.code, exit.signal, exit.out_of_memory), (Some(137), Some(9), true));
        assert_eq!(stopped.killed, None);
    }
}

#[tokio::test]
async fn a_service_is_waited_for_when_it_hears_sigterm_and_killed_at_once_when_it_can_t() {
    let late = NotEnough::Late { after_ms: 1_000 };
    for (mode, why) in [("stubborn", late), ("deaf", NotEnough::Unheard(Unheard::WithoutHandler))] {
        let runtime = bridge();
        let mut conditions = conditions(mode);
        conditions.limits.stop_timeout_ms = 1_000;
        let artifact = prepare(runtime.as_ref(), &service(mode), &conditions).await;
        let mut instance = start(artifact.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        let stopped = timeout(HANG, instance.stop()).await.unwrap().unwrap();
        artifact.discard().await.unwrap();
        assert_eq!(stopped.exit.signal, Some(9), "{mode}");
        assert_eq!(stopped.killed, Some(Killed { signal: "SIGTERM".to_owned(), why }), "{mode}");
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_service_that_never_listens_can_be_stopped() {
    let runtime = bridge();
    let conditions = conditions("silent");
    let artifact = prepare(runtime.as_ref(), &service("silent"), &conditions).await;
    let mut instance = start(artifact.as_ref()).await.unwrap();
    assert_eq!(instance.ended().await, None);
    let stopped = timeout(HANG, instance.stop()).await.unwrap().unwrap();
    artifact.discard().await.unwrap();
    assert_eq!((stopped.killed, stopped.exit.code), (None, Some(0)));
}

#[tokio::test]
async fn a_file_that_is_no_static_binary_is_a_bad_artifact_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dynamic = std::fs::read("/proc/self/exe").unwrap();
    for content in [&dynamic[..], b"#!/bin/sh\necho hello\n", b"\x7fELF", b""] {
        let binary = folder.path().join("binary");
        std::fs::write(&binary, content).unwrap();
        let workload = with_binary(command("print"), &binary);
        let conditions = conditions("binary");
        let error = hostnet().prepare(&workload, &conditions).await.err().unwrap();
        assert_eq!(error.kind(), FailureKind::BadArtifact, "{error}");
        assert!(error.to_string().contains("cargo xtask workloads native"), "{error}");
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_binary_that_is_not_built_names_the_way_to_build_it() {
    let workload = with_binary(command("print"), Path::new("/nowhere/binary"));
    let error = bridge().prepare(&workload, &conditions("unbuilt")).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::BadArtifact);
    let failure = error.into_failure(Phase::Prepare);
    assert!(failure.message.contains("`/nowhere/binary`") && failure.message.contains("cargo xtask"));
}

#[tokio::test]
async fn a_workload_without_a_binary_is_refused_before_the_engine_is_asked() {
    let mut workload = command("print");
    let runtime = bridge_at("unix:///nowhere/docker.sock");
    assert_eq!(runtime.accepts(&workload).unwrap().name, "a");
    workload.artifacts.clear();
    let unfit = runtime.accepts(&workload).unwrap_err().to_string();
    assert!(unfit.contains("`command` has no image, and no native binary"), "{unfit}");
    let error = runtime.prepare(&workload, &conditions("unfit")).await.err().unwrap();
    assert_eq!((error.kind(), error.to_string()), (FailureKind::BadArtifact, unfit));
}

#[tokio::test]
async fn a_trial_that_is_broken_off_removes_its_container() {
    let runtime = bridge();
    let conditions = conditions("broken-off");
    let artifact = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
    let instance = start(artifact.as_ref()).await.unwrap();
    drop(instance);
    // Before the engine has read the request, while it creates, and while it starts.
    for millis in [1, 10, 60] {
        let starting = start(artifact.as_ref());
        let _ = timeout(Duration::from_millis(millis), starting).await;
    }
    artifact.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

/// Takes the engine away from a running service, and gives how its end and its stop are told.
async fn lose_the_engine(conditions: &Conditions) -> (String, String) {
    let forwarder = Forwarder::to_the_engine();
    let runtime = bridge_at(forwarder.host());
    let artifact = prepare(runtime.as_ref(), &service("serve"), conditions).await;
    let mut instance = start(artifact.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    forwarder.cut();
    let exit = loop {
        match instance.ended().await {
            Some(exit) => break exit,
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    assert_eq!((exit.code, exit.signal), (None, None));
    let lost = instance.wait().await.unwrap_err();
    assert_eq!(lost.kind(), FailureKind::RuntimeLost);
    let left = instance.stop().await.unwrap_err();
    assert_eq!(left.kind(), FailureKind::RuntimeLost);
    let error = start(artifact.as_ref()).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::RuntimeLost);
    (exit.stderr_tail, left.to_string())
}

#[tokio::test]
async fn an_engine_that_dies_in_mid_run_is_told_promptly_with_what_it_left() {
    let conditions = conditions("dies");
    let (end, stop) = timeout(HANG, lose_the_engine(&conditions)).await.unwrap();
    let left = held_by(&conditions.owner).await;
    for container in left.iter().filter_map(|name| name.strip_prefix('/')) {
        assert!(stop.contains(&format!("`{container}`")) && stop.contains("plimsoll clean"), "{stop}");
        remove(container).await;
    }
    let tag = format!("plimsoll/service:{}-docker-0", conditions.owner.run);
    engine().remove_image(&tag, None::<bollard::query_parameters::RemoveImageOptions>, None).await.unwrap();
    assert!(end.contains("Docker"), "{end}");
    assert!(left.iter().any(|name| name.starts_with('/')), "{left:?}");
}
