use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::drag::drop_file;
use crate::stage::{Stage, Start, program, root};

const SOON: Duration = Duration::from_secs(20);

/// A run that was kept by the first version.
fn old_run() -> std::path::PathBuf {
    root().join("crates/store/tests/fixtures/run-v2.json")
}

#[tokio::test]
async fn an_old_run_is_opened_from_the_command_line() {
    let stage = Stage::new(&[]);
    let page = stage.open(Start { files: vec![&old_run()] }).await;
    page.wait("section[aria-label=Verdict]", SOON).await;
    page.soon("a file from elsewhere").await;
    page.close().await;
}

#[tokio::test]
async fn a_dropped_broken_file_gives_a_message_and_a_good_one_opens() {
    let stage = Stage::new(&[]);
    let broken = stage.data().join("<img src=x onerror=alert(1)>.json");
    fs::write(&broken, "{\"schema_version\": 1, \"id\": \"<script>alert(1)</script>").unwrap();
    let page = stage.open(Start::default()).await;
    page.soon("New benchmark").await;
    drop_file(stage.display(), &broken);
    page.wait("[role=alert]", SOON).await;
    page.soon("onerror=alert(1)>.json").await;
    page.picture("run-broken-light").await;
    drop_file(stage.display(), &old_run());
    page.wait("section[aria-label=Verdict]", SOON).await;
    page.close().await;
}

#[tokio::test]
async fn a_second_start_hands_its_file_to_the_window_that_is_open() {
    let stage = Stage::new(&[]);
    let page = stage.open(Start::default()).await;
    page.soon("New benchmark").await;
    let mut second = stage.another();
    assert!(second.arg(old_run()).status().unwrap().success());
    page.wait("section[aria-label=Verdict]", SOON).await;
    page.close().await;
}

#[test]
fn what_is_no_file_on_the_command_line_is_told() {
    let ended = Command::new(program("plimsoll-desktop")).arg("--nonsense").output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(Path::new(&old_run()).is_file());
}
