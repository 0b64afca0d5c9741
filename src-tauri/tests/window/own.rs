//! What is added in the window: the programs of a built-in workload, under other names and out of their folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::page::Page;
use crate::stage::root;

/// Far longer than one start in each lane takes on a busy machine.
pub(crate) const ONE_START_EACH: Duration = Duration::from_secs(120);

/// The component of the built-in service.
pub(crate) fn component() -> PathBuf {
    built_in().join("json-api.wasm")
}

/// Its native program.
pub(crate) fn program() -> PathBuf {
    built_in().join("native").join(std::env::consts::ARCH).join("json-api")
}

/// The same program with another word in its answer, in this folder.
pub(crate) fn other_program(folder: &Path) -> PathBuf {
    let mut bytes = fs::read(program()).unwrap();
    let (right, wrong) = (b"Walnut", b"Pewter");
    let at = bytes.windows(right.len()).position(|part| part == right).unwrap();
    bytes[at..at + wrong.len()].copy_from_slice(wrong);
    let other = folder.join("other-shop");
    fs::write(&other, bytes).unwrap();
    fs::set_permissions(&other, fs::metadata(program()).unwrap().permissions()).unwrap();
    other
}

/// Tries what the form tells, and waits for how it went: where answers are told, and not for words that may stand
/// elsewhere already.
pub(crate) async fn try_it(page: &Page, verdict: &str) {
    page.gone("section[aria-label=Answers]").await;
    page.click("Try it").await;
    page.wait("section[aria-label=Answers]", ONE_START_EACH).await;
    page.tells("section[aria-label=Answers] .verdict", verdict).await;
}

/// The names in one group of the workloads to choose from.
pub(crate) async fn group(page: &Page, legend: &str) -> Vec<String> {
    let script = "const all = [...document.querySelectorAll('fieldset')]; \
                  const one = all.find((it) => it.querySelector('legend').innerText.trim() === arguments[0]); \
                  return [...(one?.querySelectorAll('.choice .name') ?? [])].map((name) => name.innerText.trim());";
    serde_json::from_value(page.evaluate_with(script, legend.into()).await).unwrap()
}

fn built_in() -> PathBuf {
    root().join("workloads/json-api")
}
