use std::time::{Duration, Instant};

use crate::page::Page;
use crate::stage::{Stage, Start};

/// Far longer than the benches below take on a busy machine.
const WHOLE_BENCH: Duration = Duration::from_secs(300);
/// From the wish to its end, with room for a busy machine; the engine's own tests hold it to 2 s.
const CANCELLED: Duration = Duration::from_secs(20);

async fn start(page: &Page, wanted: &[&str]) {
    page.choose(wanted).await;
    page.click("Start").await;
    page.wait(".race", Duration::from_secs(30)).await;
}

#[tokio::test]
async fn a_quick_bench_in_three_lanes_goes_from_click_to_verdict() {
    let stage = Stage::new(&[]);
    let page = stage.open(Start::default()).await;
    start(&page, &["hello", "json-api", "docker", "wasmtime", "native"]).await;
    page.trials(30, WHOLE_BENCH).await;
    page.wait("[data-chart] canvas", Duration::from_secs(20)).await;
    page.picture("race-light").await;
    // The screen can be left and come back to.
    page.click("Doctor").await;
    page.soon("control groups").await;
    page.click("Bench").await;
    page.wait(".race", Duration::from_secs(10)).await;
    page.wait("section[aria-label=Verdict]", WHOLE_BENCH).await;
    let text = page.text().await;
    assert!(text.contains("json-api") && text.contains("Wasm"), "{text}");
    page.wait("[data-chart] canvas", Duration::from_secs(20)).await;
    page.picture("run-light").await;
    page.click("History").await;
    page.wait("ul[aria-label=Runs] li", Duration::from_secs(10)).await;
    page.picture("history-light").await;
    page.close().await;
}

#[tokio::test]
async fn a_bench_is_cancelled_keeps_what_it_has_and_another_begins() {
    let stage = Stage::new(&[("GTK_THEME", "Adwaita:dark")]);
    let page = stage.open(Start::default()).await;
    page.choose(&[]).await;
    page.click("Rigorous").await;
    start(&page, &["hello", "docker", "wasmtime", "native"]).await;
    page.trials(10, WHOLE_BENCH).await;
    page.wait("[data-chart] canvas", Duration::from_secs(20)).await;
    page.picture("race-dark").await;
    page.click("Cancel").await;
    page.wait("section[aria-label=Verdict]", CANCELLED).await;
    page.soon("what was measured is kept").await;
    page.picture("run-cancelled-dark").await;
    page.click("Bench").await;
    page.click("Quick").await;
    start(&page, &["hello", "wasmtime", "native"]).await;
    page.wait("section[aria-label=Verdict]", WHOLE_BENCH).await;
    page.wait("[data-chart] canvas", Duration::from_secs(20)).await;
    page.picture("run-dark").await;
    page.scroll_to("[data-chart]").await;
    page.picture("charts-dark").await;
    page.close().await;
}

#[tokio::test]
async fn with_docker_down_the_doctor_says_so_and_the_other_lanes_run() {
    let stage = Stage::new(&[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
    let page = stage.open(Start::default()).await;
    page.soon("could not reach Docker").await;
    page.picture("bench-without-docker-light").await;
    page.click("Doctor").await;
    // The screen before tells of Docker too.
    page.soon("control groups").await;
    page.soon("could not reach Docker at").await;
    page.picture("doctor-without-docker-light").await;
    page.click("Bench").await;
    start(&page, &["hello", "wasmtime", "native"]).await;
    page.wait("section[aria-label=Verdict]", WHOLE_BENCH).await;
    page.close().await;
}

#[tokio::test]
async fn a_window_that_crashes_loses_no_run() {
    let stage = Stage::new(&[]);
    let page = stage.open(Start::default()).await;
    start(&page, &["hello", "wasmtime", "native", "docker"]).await;
    page.trials(3, WHOLE_BENCH).await;
    stage.crash();
    let kept = || {
        let runs = std::fs::read_dir(stage.data().join("runs")).unwrap().flatten();
        runs.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|ending| ending == "json"))
    };
    let until = Instant::now() + WHOLE_BENCH;
    while kept().is_none() {
        assert!(Instant::now() < until, "the bench did not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let run: plimsoll_model::Run = serde_json::from_slice(&std::fs::read(kept().unwrap()).unwrap()).unwrap();
    assert_eq!(run.trials.iter().filter(|trial| trial.aim().counts()).count(), 72);
}
