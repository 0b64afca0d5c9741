//! Images that are pulled as their user would pull them.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use plimsoll_model::{FailureKind, Source, Workload};
use plimsoll_runtime::{PREPARE_TIME, RuntimeError};
use serde_json::json;
use tokio::time::timeout;

use crate::ground::{bridge, command, conditions, held_by, prepare, start};
use crate::images::{by_name, id_of, running, with_image};
use crate::registry::{PASSWORD, Registry, USER};

/// Tells a test that it is run once more by itself, with the image to pull.
const AGAIN: &str = "PLIMSOLL_TEST_PULLS";

fn named(name: &str) -> Workload {
    with_image(command("print"), Source::Reference(name.to_owned()))
}

async fn refused(name: &str, test: &str) -> RuntimeError {
    let conditions = conditions(test);
    let error = bridge().prepare(&named(name), &conditions).await.err().unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    error
}

#[tokio::test]
async fn an_image_that_is_not_here_is_pulled_once_told_apart_and_stays() {
    let Some(registry) = Registry::start(false) else { return };
    let image = registry.image("pulled", running(&["print"])).await;
    assert!(id_of(&image.name).await.is_none());
    let runtime = bridge();
    let conditions = conditions("pulled");
    // A workload is prepared several times in a run.
    for _ in 0..2 {
        let prepared = prepare(runtime.as_ref(), &by_name(command("print"), &image), &conditions).await;
        let times = prepared.figures().await.into_iter().filter(|figure| figure.metric == PREPARE_TIME);
        let times: Vec<_> = times.map(|figure| figure.subject.unwrap().to_string()).collect();
        assert_eq!(times, ["pull", "unpack"]);
        let digests = prepared.digests();
        assert!(digests["pulled"].starts_with(&format!("{}/pulled@sha256:", registry.host)), "{digests:?}");
        let mut instance = start(prepared.as_ref()).await.unwrap();
        assert_eq!(&instance.wait().await.unwrap().stdout[..], b"hello\n");
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
        assert_eq!(id_of(&image.name).await.as_ref(), Some(&digests["image"]), "it is not ours to remove");
    }
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn what_a_registry_does_not_have_is_not_found() {
    let Some(registry) = Registry::start(false) else { return };
    let image = registry.image("has", running(&["print"])).await;
    for name in [image.name.replace(":1", ":2"), format!("{}/nothing:1", registry.host)] {
        // The port may hold the tag's text as well.
        let name = if name.ends_with(":2") { format!("{}/has:2", registry.host) } else { name };
        let error = refused(&name, "unknown").await;
        let told = error.to_string();
        assert_eq!(error.kind(), FailureKind::BadArtifact, "{told}");
        assert!(told.contains(&name) && told.contains("was not found"), "{told}");
    }
    let error = refused("no name/at all", "noname").await.to_string();
    assert!(error.contains("by that name"), "{error}");
}

/// Runs this test once more with other settings of Docker's client.
fn again(test: &str, folder: &Path, image: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("DOCKER_CONFIG", folder)
        .env(AGAIN, image)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_login_is_the_user_s_own() {
    if let Some(image) = std::env::var_os(AGAIN) {
        let conditions = conditions("again");
        match bridge().prepare(&named(image.to_str().unwrap()), &conditions).await {
            Ok(prepared) => {
                prepared.discard().await.unwrap();
                eprintln!("it was pulled");
            }
            Err(error) => eprintln!("{error}"),
        }
        return;
    }
    let Some(registry) = Registry::start(true) else { return };
    let image = registry.image("secret", running(&["print"])).await;
    let folder = tempfile::tempdir().unwrap();
    let test = "pulls::a_login_is_the_user_s_own";
    let with = |settings: serde_json::Value| {
        fs::write(folder.path().join("config.json"), settings.to_string()).unwrap();
        again(test, folder.path(), &image.name)
    };
    let host = &registry.host;
    let login = format!("docker login {host}");
    let auth = |password: &str| json!({"auths": {host: {"username": USER, "password": password}}});

    let told = with(json!({}));
    assert!(told.contains("needs a login") && told.contains(&login), "{told}");
    assert!(told.contains("Nobody is logged in"), "{told}");
    let told = with(auth("wrong"));
    assert!(told.contains("needs a login") && told.contains("The login of `me` was refused"), "{told}");
    let told = with(json!({"credHelpers": {host: "none-of-this-name"}}));
    assert!(told.contains("`docker-credential-none-of-this-name` can't be run"), "{told}");
    assert!(!told.contains(PASSWORD));
    let told = with(auth(PASSWORD));
    assert!(told.contains("it was pulled"), "{told}");
    assert!(id_of(&image.name).await.is_some());
}

#[tokio::test]
async fn a_registry_that_takes_the_call_and_never_answers_is_given_up() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = mute.local_addr().unwrap();
    // Dropped with the listener's backlog: nothing is ever said.
    let error = timeout(Duration::from_secs(120), refused(&format!("{host}/a:1"), "mute")).await.unwrap();
    let told = error.to_string();
    assert!(told.contains(&host.to_string()) && told.contains("registry"), "{told}");
    assert!(told.contains("is not reached") || told.contains("nothing came"), "{told}");
    let gone = refused("127.0.0.1:1/a:1", "gone").await.to_string();
    assert!(gone.contains("is not reached"), "{gone}");
}
