//! What dead owners left goes, and nothing else.

use std::collections::HashMap;
use std::process::Command;

use bollard::models::{ContainerConfig, ContainerCreateBody, NetworkCreateRequest};
use bollard::query_parameters::{
    CommitContainerOptionsBuilder, CreateContainerOptionsBuilder, RemoveContainerOptions, RemoveImageOptions,
};
use plimsoll_model::RunId;
use plimsoll_runtime::{Family, Ground, Owner};
use plimsoll_runtime_docker::{DockerFamily, OWNER_LABEL};

use crate::ground::{Mortal, bridge, command, conditions, engine, held_by, prepare};

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
    let living = container(&image, "plimsoll-sweep-living", Some(&conditions.owner.label())).await;
    let orphan = container(&image, "plimsoll-sweep-orphan", Some(&dead)).await;
    let foreign = container(&image, "plimsoll-sweep-foreign", Some("web")).await;
    let elsewhere = Ground { boot: "0123abcd".to_owned(), ..Ground::here() };
    let unseen = Owner { ground: elsewhere, ..dead_owner() }.label();
    let unseen = container(&image, "plimsoll-sweep-unseen", Some(&unseen)).await;
    // A label that the image would hand down is switched off by one of its own.
    let unlabelled = container(&image, "plimsoll-sweep-unlabelled", Some("")).await;
    // What a user makes of an image of ours inherits its label.
    let inherited = container(&image, "sweep-inherited", Some(&dead)).await;
    let network = format!("sweep-{}", std::process::id());
    let request = NetworkCreateRequest {
        name: network.clone(),
        labels: Some([(OWNER_LABEL.to_owned(), dead)].into()),
        ..Default::default()
    };
    engine().create_network(request).await.unwrap();

    let swept = DockerFamily::new().sweep().await.unwrap();
    let left = [&living, &orphan, &foreign, &unseen, &unlabelled, &inherited].map(|name| exists(name));
    let left = futures_util::future::join_all(left).await;
    for name in [&living, &foreign, &unseen, &unlabelled, &inherited] {
        let options = RemoveContainerOptions { force: true, ..Default::default() };
        engine().remove_container(name, Some(options)).await.unwrap();
    }
    assert_eq!(left, [true, false, true, true, true, true]);
    assert!(swept.left.iter().any(|left| left.starts_with(&format!("container `{unseen}`: its run began"))));
    assert!(engine().inspect_network(&network, None).await.is_err());
    assert!(engine().inspect_image(&image).await.is_ok(), "its owner lives");
    artifact.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_dead_owner_s_image_goes_with_the_nameless_ones_below_it() {
    let mut conditions = conditions("orphan");
    let (mortal, owner) = Mortal::born(conditions.owner.run);
    conditions.owner = owner;
    // The artifact is forgotten, as by a process that was killed.
    drop(prepare(bridge().as_ref(), &command("print"), &conditions).await);
    assert!(held_by(&conditions.owner).await.len() > 1, "one image for each line of the build");
    mortal.dies();
    DockerFamily::new().sweep().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn an_image_that_a_user_made_of_ours_stays_and_what_it_stands_on_is_told() {
    let mut conditions = conditions("inherited");
    let (mortal, owner) = Mortal::born(conditions.owner.run);
    conditions.owner = owner;
    let artifact = prepare(bridge().as_ref(), &command("print"), &conditions).await;
    let image = artifact.digests()["image"].clone();
    drop(artifact);
    let from = container(&image, "sweep-commit", None).await;
    let name = format!("sweep-inherited-{}", std::process::id());
    let options = CommitContainerOptionsBuilder::new().container(&from).repo(&name).build();
    engine().commit_container(options, ContainerConfig::default()).await.unwrap();
    let forced = RemoveContainerOptions { force: true, ..Default::default() };
    engine().remove_container(&from, Some(forced)).await.unwrap();
    mortal.dies();

    let swept = DockerFamily::new().sweep().await.unwrap();
    let stays = engine().inspect_image(&name).await.is_ok();
    let none = None::<RemoveImageOptions>;
    engine().remove_image(&name, none.clone(), None).await.unwrap();
    let again = DockerFamily::new().sweep().await.unwrap();
    assert!(stays, "{swept:?}");
    assert!(swept.left.iter().any(|left| left.contains("image has dependent child images")), "{swept:?}");
    assert!(!again.left.iter().any(|left| left.contains("dependent")), "{again:?}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}
