//! Writes what a desk answers and pushes about the store's committed run to standard output, as JSON: the tests of the
//! window's pages draw it.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error as StdError;
use std::io::stdin;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use plimsoll_app::desk::{Answer, Ask, Desk, Outside, Push};
use plimsoll_app::stream::Line;
use plimsoll_app::{Bench, Error, Places};
use plimsoll_model::{Entry, Event, Phase, Progress, Reading, Record, Run, Trial};
use plimsoll_store::Store;
use serde_json::{Value, json};

const RUN: &str = include_str!("../../store/tests/fixtures/run-v2.json");
/// Of the committed run, of one that is set against it, and of the bench that begins with the same trials.
const ID: &str = "r20261121-013200-7f3a";
const NEWER_ID: &str = "r20261122-013200-0001";
const LIVE_ID: &str = "r20261121-020000-11fe";
/// Trials of the bench: two rounds of its ten cells.
const TRIALS: usize = 20;
/// The file that ends the bench.
const SEEN: &str = "seen";
/// Entries that are kept of a list.
const MOST: usize = 40;
/// Stands for the folder of this example's own runs.
const FOLDER: &str = "/home/somebody/.local/share/plimsoll";

type Outcomes<T> = Result<T, Box<dyn StdError>>;

fn main() -> Outcomes<()> {
    if std::env::args().nth(1).as_deref() == Some("stream") { stream() } else { write() }
}

/// A window that nobody looks at.
struct Unseen(mpsc::Sender<Push>);

impl Outside for Unseen {
    fn push(&self, push: Push) {
        // Nobody waits for it once everything is written.
        let _ = self.0.send(push);
    }

    fn copy_text(&self, _: String) -> Result<(), Error> {
        Ok(())
    }

    fn copy_png(&self, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }

    fn reveal(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    fn choose(&self, _: &str, _: bool) -> Result<Option<PathBuf>, Error> {
        Ok(None)
    }

    fn downloads(&self) -> Option<PathBuf> {
        None
    }
}

/// Keeps the charts of all lanes together and of the first lane.
fn keep_first_lane(section: &mut Value) {
    for block in
        section["blocks"].as_array_mut().into_iter().flatten().filter(|block| block["kind"] == "charts")
    {
        let Some(charts) = block["what"].as_array_mut() else { continue };
        let first = charts.iter().map(|chart| chart["lane"].clone()).find(|lane| !lane.is_null());
        charts.retain(|chart| chart["lane"].is_null() || Some(&chart["lane"]) == first.as_ref());
    }
}

fn write() -> Outcomes<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    std::fs::create_dir(&runs)?;
    std::fs::write(runs.join(format!("{ID}.json")), RUN)?;
    std::fs::write(runs.join("broken.json"), "{\"schema_version\": 1")?;
    let newer = folder.path().join("newer.json");
    std::fs::write(&newer, serde_json::to_string(&larger()?)?)?;
    let places = Places { data_folder: Some(folder.path().to_owned()), ..Places::default() };
    let (sender, pushes) = mpsc::channel();
    let desk = Desk::new(places, std::env::current_exe()?, Arc::new(Unseen(sender)))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ask = |request: Value| -> Outcomes<Result<Answer, Error>> {
        Ok(runtime.block_on(desk.answer(serde_json::from_value::<Ask>(request)?)))
    };

    let order = |fields: Value| {
        let lanes = ["docker", "wasmtime"];
        json!({"workloads": ["hello"], "lanes": lanes, "preset": "quick", "fields": fields})
    };
    ask(json!({"ask": "rename", "run": ID, "name": "Before the move to Wasm"}))??;
    ask(json!({"ask": "tag", "run": ID, "tags": ["quick", "laptop"]}))??;
    let mut written = json!({
        "done": ask(json!({"ask": "drawn"}))??,
        "run": ask(json!({"ask": "open", "run": ID, "baseline": null}))??,
        "compared": ask(json!({"ask": "compare", "shown": null, "what": {
            "runs": [newer, ID],
            "base": null,
            "changed_files": false,
        }}))??,
        "history": ask(json!({"ask": "history"}))??,
        "weighed": ask(json!({"ask": "weigh", "order": order(json!({"trials": "20"}))}))??,
        "faults": ask(json!({"ask": "weigh", "order": order(json!({"rate": "fast"}))}))??,
        "nothing_live": ask(json!({"ask": "live"}))??,
        "refused": ask(json!({"ask": "open", "run": "broken", "baseline": null}))?.err(),
        "saved": ask(json!({"ask": "export", "run": ID, "form": "markdown", "baseline": null}))??,
        "started": ask(json!({"ask": "start", "order": order(json!({}))}))??,
        "live": in_full(|| {
            ask(json!({"ask": "drawn"}))??;
            ask(json!({"ask": "live"}))
        })?,
    });
    // The stand-in has nothing to keep: it ends as a process that is killed. Not by a signal, which may be ignored here.
    std::fs::write(folder.path().join(SEEN), "")?;
    let ended = pushes.iter().find(|push| matches!(push, Push::Ended { .. }));
    // All lanes together and the first by itself stand for the others.
    if let Some(sections) =
        written.pointer_mut("/compared/is/document/sections").and_then(Value::as_array_mut)
    {
        sections.iter_mut().for_each(keep_first_lane);
    }
    written["ended"] = serde_json::to_value(ended)?;
    shorten(&mut written);
    let text = serde_json::to_string(&written)?.replace(&folder.path().display().to_string(), FOLDER);
    // One answer a line, so that a change is seen where it is.
    println!("{}", text.replace("},\"", "},\n\""));
    Ok(())
}

/// The committed run a day later, with larger artifacts.
fn larger() -> Outcomes<Run> {
    let mut run: Run = serde_json::from_str(RUN)?;
    run.id = NEWER_ID.parse()?;
    run.started_at += jiff::SignedDuration::from_hours(24);
    for Entry(_, reading) in run.preparations.iter_mut().flat_map(|made| &mut made.samples) {
        if let Reading::Value(value) = reading {
            *value += *value / 10;
        }
    }
    Ok(run)
}

/// How the bench stands once all of its trials have come.
fn in_full(live: impl Fn() -> Outcomes<Result<Answer, Error>>) -> Outcomes<Answer> {
    loop {
        match live()?? {
            Answer::Live(Some(live)) if live.laps.len() == TRIALS => return Ok(Answer::Live(Some(live))),
            Answer::Live(Some(_)) => std::thread::sleep(Duration::from_millis(10)),
            other => return Err(format!("the bench has ended: {other:?}").into()),
        }
    }
}

/// Positions to six digits, for the last ones differ from one processor to another, and of a long line its beginning.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(all) => {
            all.truncate(MOST);
            all.iter_mut().for_each(shorten);
        }
        Value::Object(all) => all.values_mut().for_each(shorten),
        Value::Number(number) if number.is_f64() => {
            let digits = number.as_f64().map(|exact| format!("{exact:.5e}"));
            *value = json!(digits.and_then(|digits| digits.parse::<f64>().ok()));
        }
        _ => {}
    }
}

/// Stands in for the command `plimsoll`: tells the committed run's first trials and goes on until they are seen.
fn stream() -> Outcomes<()> {
    let wish = stdin().lines().next().ok_or("nothing is wished")??;
    let bench: Bench = serde_json::from_str(&wish)?;
    let folder = bench.places.data_folder.ok_or("no folder is named")?;
    let mut run: Run = serde_json::from_str(RUN)?;
    run.id = LIVE_ID.parse()?;
    run.end = None;
    let trials: Vec<Trial> = std::mem::take(&mut run.trials).into_iter().take(TRIALS).collect();
    let mut journal = Store::at(folder.join("runs")).begin(&run)?;
    let (id, rows, cells) = (run.id.clone(), run.rows.clone(), run.cells.clone());
    tell(Event::RunStarted { id, rows, arms: run.plan.arms.clone(), cells })?;
    for row in 0..run.rows.len() as u32 {
        tell(Event::PrepareStarted { row })?;
        tell(Event::PrepareEnded { row, took_ns: 1_000_000, failure: None })?;
    }
    for (done, trial) in (1..).zip(trials) {
        let planned = run.plan.trials.cold_starts * run.cells.len() as u32;
        let progress = Progress { done, planned, left_ms: Some(95_000) };
        let starts = trial.spans.iter().filter(|span| Phase::COLD_START.contains(&span.phase));
        let took_ns = starts.map(|span| span.end_ns).max();
        let ended = Event::TrialEnded {
            cell: trial.cell,
            aim: trial.aim(),
            outcome: trial.outcome.clone(),
            spans: trial.spans.clone(),
            cold_start_ns: took_ns.filter(|_| trial.tells_of(Phase::Ready)),
            progress,
        };
        let (cell, aim) = (trial.cell, trial.aim());
        journal.append(&Record::Trial(Box::new(trial)))?;
        tell(Event::TrialStarted { cell, aim, progress })?;
        tell(ended)?;
    }
    while folder.exists() && !folder.join(SEEN).exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn tell(event: Event) -> Outcomes<()> {
    println!("{}", serde_json::to_string(&Line::Event(event))?);
    Ok(())
}
