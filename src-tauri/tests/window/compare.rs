use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::page::Page;
use crate::stage::{Stage, Start, root};

const SOON: Duration = Duration::from_secs(20);
/// The run that was kept by the first version, and one that is like it a day later.
const OLDER: &str = "r20261121-013200-7f3a";
const NEWER: &str = "r20261122-013200-0001";

/// Keeps both where the window finds its runs.
fn keep_two(stage: &Stage) {
    let older = fs::read_to_string(root().join("crates/store/tests/fixtures/run-v2.json")).unwrap();
    let mut newer: Value = serde_json::from_str(&older).unwrap();
    newer["id"] = json!(NEWER);
    newer["started_at"] = json!("2026-11-22T01:32:00Z");
    let runs = stage.data().join("runs");
    fs::create_dir_all(&runs).unwrap();
    fs::write(runs.join(format!("{OLDER}.json")), older).unwrap();
    fs::write(runs.join(format!("{NEWER}.json")), newer.to_string()).unwrap();
}

async fn save_as(page: &Page, form: &str) {
    page.click("Save as …").await;
    page.wait("[role=menu] [role=menuitem]", SOON).await;
    page.picture("compare-saving-light").await;
    page.click(form).await;
}

#[tokio::test]
async fn two_old_runs_are_compared_and_the_comparison_is_saved() {
    let stage = Stage::new(&[]);
    keep_two(&stage);
    let page = stage.open(Start::default()).await;
    page.soon("New benchmark").await;
    page.click("History").await;
    page.wait("ul[aria-label=Runs] li:nth-child(2)", SOON).await;
    page.evaluate(
        "document.querySelectorAll('input[aria-label^=\"Choose \"]').forEach((box) => box.click())",
    )
    .await;
    page.soon("2 runs chosen").await;
    page.click("Compare").await;
    page.soon(&format!("Run {NEWER} against run {OLDER}")).await;
    page.wait("section[aria-label='What came out'] p", SOON).await;
    page.wait("[data-chart=overlay-ecdf] canvas", SOON).await;
    page.picture("compare-light").await;

    let named = |number: &str| stage.downloads().join(format!("{NEWER}-against-{OLDER}{number}.md"));
    save_as(&page, "Markdown tables").await;
    page.soon(&format!("Saved as {}", named("").display())).await;
    let written = fs::read_to_string(named("")).unwrap();
    assert!(written.starts_with(&format!("# Run {NEWER} against run {OLDER}\n")), "{written}");
    save_as(&page, "Markdown tables").await;
    page.soon(&format!("Saved as {}", named(" (2)").display())).await;
    assert_eq!(fs::read_to_string(named(" (2)")).unwrap(), written);
    page.close().await;
}
