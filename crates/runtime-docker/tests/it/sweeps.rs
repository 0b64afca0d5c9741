//! What dead owners left goes, and nothing else.

use std::collections::HashMap;
use std::process::Command;

use bollard::models::{ContainerCreateBody, NetworkCreateRequest};
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptions};
use plimsoll_model::RunId;
use plimsoll_runtime::{Family, Ground, Owner};
use plimsoll_runtime_docker::{DockerFamily, OWNER_LABEL};

use crate::ground::{bridge, command, conditions, engine, held_by, prepare};

/// The owner that a run leaves which was killed.
fn dead_owner() -> Owner {
    let mut child = Command::new("true").spawn().unwrap();
    let (pid, run) = (child.id(), RunId::known("dead"));
    child.wait().unwrap();
    Owner { pid, started_ticks: 1, ..Owner::current(run) }
}

async fn container(image: &str, name: &str, label: Option<&str>) -> String {
    let name = format!("{name}-{}", std::process::id());
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let labels = label.map(|value| HashMap::from([(OWNER_LABEL.to_owned(), value.to_owned())]));
    let body = ContainerCreateBody { image: Some(image.to_owned()), labels, ..Default::default() };
    engine().create_container(Some(options), body).await.unwrap();
    name
}

async fn exists(container: &str) -> bool {
    engine().inspect_container(container, None).await.is_ok()
}

#[tokio::test]
async fn only_what_carries_a_dead_owner_s_label_is_removed() {
    let runtime = bridge();
    let conditions = conditions("sweep");
    let artifact = prepare(runtime.as_ref(), &command("print"), &conditions).await;
    let image = artifact.digests()["image"].clone();
    let dead = dead_owner().label();
    let living = container(&image, "sweep-living", Some(&conditions.owner.label())).await;
    let orphan = container(&image, "sweep-orphan", Some(&dead)).await;
    let foreign = container(&image, "sweep-foreign", Some("web")).await;
    let elsewhere = Ground { boot: "0123abcd".to_owned(), ..Ground::here() };
    let unseen = Owner { ground: elsewhere, ..dead_owner() }.label();
    let unseen = container(&image, "sweep-unseen", Some(&unseen)).await;
    // A label that the image would hand down is switched off by one of its own.
    let unlabelled = container(&image, "plimsoll-sweep-unlabelled", Some("")).await;
    let network = format!("sweep-{}", std::process::id());
    let request = NetworkCreateRequest {
        name: network.clone(),
        labels: Some([(OWNER_LABEL.to_owned(), dead)].into()),
        ..Default::default()
    };
    engine().create_network(request).await.unwrap();

    let swept = DockerFamily::new().sweep().await.unwrap();
    let left = [&living, &orphan, &foreign, &unseen, &unlabelled].map(|name| exists(name));
    let left = futures_util::future::join_all(left).await;
    for name in [&living, &foreign, &unseen, &unlabelled] {
        let options = RemoveContainerOptions { force: true, ..Default::default() };
        engine().remove_container(name, Some(options)).await.unwrap();
    }
    assert_eq!(left, [true, false, true, true, true]);
    assert!(swept.left.iter().any(|left| left.starts_with(&format!("container `{unseen}`: its run began"))));
    assert!(engine().inspect_network(&network, None).await.is_err());
    assert!(engine().inspect_image(&image).await.is_ok(), "its owner lives");
    artifact.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_dead_owner_s_image_goes_with_the_nameless_ones_below_it() {
    let mut conditions = conditions("orphan");
    conditions.owner = Owner { run: conditions.owner.run, ..dead_owner() };
    // The artifact is forgotten, as by a process that was killed.
    drop(prepare(bridge().as_ref(), &command("print"), &conditions).await);
    assert!(held_by(&conditions.owner).await.len() > 1, "one image for each line of the build");
    DockerFamily::new().sweep().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}
