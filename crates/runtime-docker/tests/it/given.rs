//! What containers are given of this host.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use plimsoll_model::{Compare, ExpectedFile, FolderGrant, Job, Workload};
use plimsoll_runtime::conformance;
use serde_json::json;

use crate::ground::{bridge, command, conditions, held_by, lanes, prepare};
use crate::images::{by_name, image};

/// A command in one of the program's modes that is given an input of many pages.
pub(crate) fn with_input(mode: &str, prints: Option<&[u8]>) -> Workload {
    let mut workload = command(mode);
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    let input = vec![b'x'; 1 << 20];
    run.expect.stdout = prints.unwrap_or(&input).into();
    run.stdin = Some(input.into());
    workload
}

pub(crate) fn with_folders(ground: &Path) -> Workload {
    let mut workload = command("folders");
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    run.expect.stdout = b"hello\n".as_slice().into();
    let (path, body) = ("/out/made".to_owned(), b"made".as_slice().into());
    run.expect.files = vec![ExpectedFile { path, body, compare: Compare::Bytes, left_out: Vec::new() }];
    for (name, to, write) in [("in", "/in", false), ("out", "/out", true)] {
        let from = ground.join(name);
        fs::create_dir(&from).unwrap();
        workload.grants.folders.push(FolderGrant { from, to: to.to_owned(), write });
    }
    fs::write(ground.join("in/a"), "hello\n").unwrap();
    workload
}

#[tokio::test]
async fn standard_input_and_folders_are_given_in_both_lanes() {
    let ground = tempfile::tempdir().unwrap();
    let folders = with_folders(ground.path());
    let (echo, deaf) = (with_input("echo", None), with_input("print", Some(b"hello\n")));
    for lane in lanes() {
        let conditions = conditions("given");
        conformance::gives_standard_input(lane.as_ref(), &echo, &deaf, &conditions).await.unwrap();
        let unfit = conformance::gives_folders(lane.as_ref(), &folders, &conditions).await.unwrap();
        assert_eq!(unfit, None);
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
    assert!(fs::read_dir(ground.path().join("out")).unwrap().next().is_none(), "the user's own folder");
}

#[tokio::test]
async fn a_folder_that_the_engine_does_not_see_is_told_before_any_trial() {
    let ground = tempfile::tempdir().unwrap();
    let mut workload = with_folders(ground.path());
    workload.grants.folders.truncate(1);
    fs::remove_dir_all(ground.path().join("in")).unwrap();
    let conditions = conditions("unseen");
    let error = bridge().prepare(&workload, &conditions).await.err().unwrap().to_string();
    assert!(error.contains("does not see the folder") && error.contains("/in`"), "{error}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn hosts_are_told_to_be_held_to_by_nobody() {
    let mut workload = command("print");
    workload.grants.hosts = vec!["127.0.0.1:5432".to_owned()];
    for lane in lanes() {
        let prepared = prepare(lane.as_ref(), &workload, &conditions("hosts")).await;
        let told = prepared.warnings().join("; ");
        prepared.discard().await.unwrap();
        assert!(told.contains("`127.0.0.1:5432`"), "{told}");
        let is_bridge = lane.spec() == bridge().spec();
        assert_eq!(told.contains("docker+hostnet"), is_bridge, "{told}");
    }
}

#[tokio::test]
async fn a_folder_that_the_image_s_user_can_t_read_is_refused_before_anything_runs() {
    let image = image("closed", json!({"Entrypoint": ["/program"], "User": "65534"})).await;
    let mut workload = by_name(command("print"), &image);
    let ground = tempfile::tempdir().unwrap();
    let from = ground.path().to_owned();
    workload.grants.folders.push(FolderGrant { from, to: "/in".to_owned(), write: false });
    fs::set_permissions(ground.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let conditions = conditions("closed");
    let told = bridge().prepare(&workload, &conditions).await.err().unwrap().to_string();
    assert!(told.contains("user 65534, which can't read `.`") && told.contains("(mode 0700)"), "{told}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    for (user, words) in [("somebody", "may be closed to it: it runs as `somebody`"), ("root", "")] {
        workload.container.user = Some(user.to_owned());
        // The engine looks for the name when it starts one.
        let prepared = prepare(bridge().as_ref(), &workload, &conditions).await;
        let told = prepared.warnings().join("; ");
        prepared.discard().await.unwrap();
        assert!(told.contains(words) && told.contains("/in") != words.is_empty(), "{user}: {told}");
    }
}
