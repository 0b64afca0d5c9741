//! Images that somebody else made: run as they are, told apart from ours, and never taken away.

use std::num::NonZeroU16;
use std::time::Duration;

use plimsoll_model::{Container, FailureKind, Job, Listen, Workload};
use plimsoll_runtime::{Role, Unfit, conformance, proc};
use plimsoll_runtime_docker::DockerFamily;
use serde_json::json;
use tokio::time::timeout;

use crate::ground::{
    bridge, command, conditions, engine, granted, held_by, hostnet, lanes, prepare, ready, service,
    standing_alone, start,
};
use crate::images::{Image, by_name, id_of, image, image_for, running};

/// A service of an image that is told where to listen.
fn told(mut workload: Workload) -> Workload {
    if let Job::Serve(service) = &mut workload.job {
        service.listen =
            Listen { environment: [("OWN".to_owned(), "{port}".to_owned())].into(), ..Listen::default() };
    }
    workload
}

/// A service whose image knows by itself what to do.
fn plain(image: &Image) -> Workload {
    let mut workload = by_name(service(""), image);
    workload.grants.environment.clear();
    workload
}

async fn refused(workload: &Workload, test: &str) -> (FailureKind, String) {
    let conditions = conditions(test);
    let mut quick = conditions.clone();
    quick.limits.ready_timeout_ms = 2_000;
    let error = bridge().prepare(workload, &quick).await.err().unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn both_lanes_keep_the_contract_with_somebody_else_s_image() {
    let image =
        image("contract", json!({"Entrypoint": ["/program"], "ExposedPorts": {"8080/tcp": {}}})).await;
    let family = DockerFamily::new();
    for lane in standing_alone(&family) {
        let conditions = conditions("foreign");
        let http = by_name(told(service("serve")), &image);
        let (command, granted) = (by_name(command("print"), &image), by_name(granted(), &image));
        conformance::check(&family, &lane, &http, &command, &granted, &conditions).await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
    assert!(id_of(&image.name).await.is_some(), "it is not ours");
}

#[tokio::test]
async fn an_image_runs_as_it_has_it_and_that_is_told() {
    let image = image(
        "manners",
        json!({"Entrypoint": ["/program"], "Cmd": ["write"], "Healthcheck": {"Test": ["CMD", "/program", "no"]}}),
    )
    .await;
    let conditions = conditions("manners");
    let prepared = prepare(bridge().as_ref(), &plain(&image), &conditions).await;
    let told = prepared.warnings().join("\n");
    assert!(
        told.contains(&image.name) && told.contains("writable") && told.contains("`HEALTHCHECK`"),
        "{told}"
    );
    assert!(
        !format!("{told}{:?}", bridge().record()).contains("is read-only"),
        "that is not true of it: {told}"
    );
    assert_eq!(prepared.digests()["image"], id_of(&image.name).await.unwrap());
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    let name = held_by(&conditions.owner).await.into_iter().find(|name| name.starts_with('/')).unwrap();
    let found = engine().inspect_container(&name[1..], None).await.unwrap();
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    let host = found.host_config.unwrap();
    assert_eq!((host.readonly_rootfs, host.cap_drop, host.privileged), (Some(false), None, Some(false)));
    assert_eq!(host.memory, Some(64 << 20), "the limits are those of every lane");
    assert_eq!(found.config.unwrap().healthcheck.unwrap().test.unwrap(), ["NONE"]);
    assert!(found.state.unwrap().health.is_none_or(|health| health.status.unwrap().as_ref() == "none"));

    let mut closed = plain(&image);
    closed.container = Container { read_only: true, ..Container::default() };
    let (kind, told) = refused(&closed, "closed").await;
    assert_eq!(kind, FailureKind::Exited);
    assert!(told.contains("exit code 101") && told.contains("the root can't be written"), "{told}");
}

#[tokio::test]
async fn arguments_follow_what_the_image_runs_by_itself() {
    let image = image("arguments", running(&["ports"])).await;
    let mut workload = plain(&image);
    if let Job::Serve(service) = &mut workload.job {
        service.listen.arguments = vec!["{host}:{port}".to_owned()];
    }
    for runtime in lanes() {
        let conditions = conditions("arguments");
        let prepared = prepare(runtime.as_ref(), &workload, &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
    }
}

#[tokio::test]
async fn the_port_is_the_one_that_is_said_or_exposed_or_found() {
    let listening = ["ports", "0.0.0.0:9000", "127.0.0.1:9001"];
    let several = ["ports", "0.0.0.0:9000", "0.0.0.0:9001"];
    let exposing = |arguments: &[&str], ports: serde_json::Value| json!({"Entrypoint": ["/program"], "Cmd": arguments, "ExposedPorts": ports});
    let said = Container { port: NonZeroU16::new(9000), ..Container::default() };
    for (test, config, container) in [
        ("found", running(&listening), Container::default()),
        ("exposed", exposing(&several, json!({"9000/tcp": {}, "53/udp": {}})), Container::default()),
        ("lowest", exposing(&several, json!({"9000/tcp": {}, "9002/tcp": {}})), Container::default()),
        ("said", exposing(&several, json!({"9001/tcp": {}})), said),
    ] {
        let image = image(test, config).await;
        let mut workload = plain(&image);
        workload.container = container;
        let conditions = conditions(test);
        let prepared = prepare(bridge().as_ref(), &workload, &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0], "{test}");
    }
}

#[tokio::test]
async fn a_port_that_can_t_be_told_is_asked_for() {
    let exposing_another =
        json!({"Entrypoint": ["/program"], "Cmd": ["ports", "0.0.0.0:9000"], "ExposedPorts": {"80/tcp": {}}});
    for (test, config, words) in [
        ("several", running(&["ports", "0.0.0.0:9000", "0.0.0.0:9001"]), "several ports, 9000, 9001"),
        ("nowhere", running(&["silent"]), "no port within 2 s"),
        ("other", exposing_another, "port 9000, and not on 80"),
    ] {
        let image = image(test, config).await;
        let (kind, told) = refused(&plain(&image), test).await;
        assert_eq!(kind, FailureKind::BadArtifact, "{told}");
        assert!(told.contains(words) && told.contains("`port` under `[container]`"), "{told}");
    }
}

#[tokio::test]
async fn one_that_only_its_own_container_reaches_is_told_where_to_listen() {
    let config = json!({"Entrypoint": ["/program"], "Cmd": ["ports", "127.0.0.1:8080"], "ExposedPorts": {"8080/tcp": {}}});
    let (_, told) = refused(&plain(&image("inside", config).await), "inside").await;
    assert!(told.ends_with("have it listen on 0.0.0.0"), "{told}");
}

#[tokio::test]
async fn words_after_the_image_are_its_command_where_it_has_none() {
    let nothing = image("wordless", json!({})).await;
    let mut service = plain(&nothing);
    if let Job::Serve(service) = &mut service.job {
        service.listen.arguments = ["/program", "ports", "{host}:{port}"].map(str::to_owned).to_vec();
    }
    let mut said = plain(&nothing);
    said.container.command = Some(["/program", "ports", "0.0.0.0:9000"].map(str::to_owned).to_vec());
    for (lane, workload) in lanes().into_iter().map(|lane| (lane, &service)).chain([(bridge(), &said)]) {
        let conditions = conditions("wordless");
        let prepared = prepare(lane.as_ref(), workload, &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
    }
    let mut command = by_name(command(""), &nothing);
    if let Job::Run(invocation) = &mut command.job {
        invocation.arguments = ["/program", "print"].map(str::to_owned).to_vec();
    }
    let prepared = prepare(bridge().as_ref(), &command, &conditions("wordless")).await;
    let told = prepared.warnings().join("; ");
    prepared.discard().await.unwrap();
    assert!(told.contains("A command is called `/program`"), "{told}");
}

#[tokio::test]
async fn on_the_host_s_network_an_image_must_be_told_its_port() {
    let image = image("hostnet", running(&["serve"])).await;
    let workload = plain(&image);
    assert!(matches!(hostnet().accepts(&workload), Err(Unfit::OwnPort { .. })));
    assert!(bridge().accepts(&workload).is_ok());
    assert!(hostnet().accepts(&by_name(command("print"), &image)).is_ok());
}

#[tokio::test]
async fn an_image_that_can_t_run_says_so_before_any_trial() {
    let nothing = image("nothing", json!({})).await;
    let (kind, told) = refused(&plain(&nothing), "nothing").await;
    assert_eq!(kind, FailureKind::BadArtifact);
    assert!(told.contains(&nothing.name) && told.contains("`entrypoint` under `[container]`"), "{told}");
    assert!(told.contains("`-- PROGRAM`"), "{told}");

    let other = image_for("machine", "s390x", running(&["serve"])).await;
    let (kind, told) = refused(&plain(&other), "machine").await;
    assert_eq!(kind, FailureKind::BadArtifact);
    assert!(told.contains("linux/s390x"), "{told}");

    let missing = image("missing", json!({"Entrypoint": ["/nowhere"]})).await;
    let (_, told) = refused(&plain(&missing), "missing").await;
    assert!(told.contains("no such program") && told.contains("/nowhere"), "{told}");
}

#[tokio::test]
async fn a_user_that_the_image_does_not_know_is_named() {
    let image = image("user", running(&["serve"])).await;
    let mut workload = plain(&image);
    workload.container.user = Some("nobody-here".to_owned());
    let (kind, told) = refused(&workload, "user").await;
    assert_eq!(kind, FailureKind::BadArtifact);
    assert!(told.contains("nobody-here") && told.contains("`user` under `[container]`"), "{told}");
}

#[tokio::test]
async fn a_service_that_ends_at_once_tells_its_code_and_its_last_words() {
    let image = image("leave", running(&["leave"])).await;
    let (kind, told) = refused(&plain(&image), "leave").await;
    assert_eq!(kind, FailureKind::Exited);
    assert!(told.contains("exit code 0") && told.contains("I am done"), "{told}");

    // In the host's network nothing is tried out before.
    let conditions = conditions("leaves");
    let prepared = prepare(hostnet().as_ref(), &told_plain(&image), &conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    let ended = async {
        loop {
            if let Some(exit) = instance.ended().await {
                return exit;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let exit = timeout(Duration::from_secs(60), ended).await.unwrap();
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(0), "I am done"));
}

fn told_plain(image: &Image) -> Workload {
    told(plain(image))
}

#[tokio::test]
async fn one_that_is_deaf_is_killed_and_one_that_forks_leaves_no_child() {
    let deaf = image("deaf", running(&["deaf"])).await;
    let deaf_conditions = conditions("deaf");
    let prepared = prepare(bridge().as_ref(), &plain(&deaf), &deaf_conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    assert!(instance.stop().await.unwrap().killed.is_some());
    prepared.discard().await.unwrap();

    let forks = image("fork", running(&["fork"])).await;
    let conditions = conditions("fork");
    let prepared = prepare(bridge().as_ref(), &plain(&forks), &conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    instance.marks().await.unwrap();
    let processes = instance.footprint().processes;
    let count = processes.iter().filter(|process| process.role == Role::Instance).count();
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!(count, 4);
    for process in processes {
        assert!(
            proc::Stat::of(process.pid).is_ok_and(|stat| !stat.has_ended()) == (process.role == Role::Daemon)
        );
    }
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_command_s_arguments_stand_instead_of_the_image_s_and_its_own_stand_without_any() {
    let image = image("say", running(&["print"])).await;
    let mut own = by_name(command(""), &image);
    if let Job::Run(invocation) = &mut own.job {
        invocation.arguments.clear();
    }
    let mut said = own.clone();
    said.container.command = Some(vec!["say".to_owned(), "hello".to_owned()]);
    for workload in [own, said, by_name(command("print"), &image)] {
        let conditions = conditions("say");
        let prepared = prepare(bridge().as_ref(), &workload, &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        let exit = instance.wait().await.unwrap();
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
        assert_eq!((exit.code, &exit.stdout[..]), (Some(0), &b"hello\n"[..]));
    }
}
