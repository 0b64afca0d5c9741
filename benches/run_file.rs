//! What opening a run of a million samples costs, and how many bytes a sample takes on the disk.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints, and ends where its premises do"
)]

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use plimsoll_model::{
    Entry, LaneSpec, Outcome, Phase, Plan, Preset, Purpose, Reading, Run, Series, Site, Slug, Span, Task,
    Trial,
};
use plimsoll_store::Store;

const TRIALS: u32 = 20_000;
const SAMPLES_A_TRIAL: u32 = 50;

/// The run, with all its trials.
fn run() -> Run {
    let spec = |lane| LaneSpec::plain(Slug::known(lane), Slug::known("made-up"));
    let lanes = ["docker", "wasmtime"].map(spec).to_vec();
    let mut plan = Plan::from_preset(Preset::Rigorous, vec![Slug::known("json-api")], lanes, 1);
    plan.arms.truncate(1);
    let series = (0..SAMPLES_A_TRIAL).map(|at| Series {
        metric: Slug::known("pss"),
        phase: Phase::Ready,
        subject: Some(format!("instance-{at}").parse().expect("it is a name")),
        request: None,
        method: "smaps_rollup".into(),
    });
    Run {
        series: series.collect(),
        trials: (0..TRIALS).map(trial).collect(),
        ..Run::planned(Slug::known("run"), Timestamp::UNIX_EPOCH, plan, Site::default())
    }
}

fn trial(position: u32) -> Trial {
    let begin = u64::from(position) * 1_000_003;
    Trial {
        position,
        round: position / 2,
        cell: position % 2,
        purpose: Purpose::Measured,
        task: Task::Start,
        predecessor: position.checked_sub(1).map(|before| before % 2),
        began_ns: begin,
        held: None,
        outcome: Outcome::Passed,
        spans: Phase::COLD_START
            .map(|phase| Span { phase, begin_ns: 1_234_567, end_ns: 123_456_789 })
            .to_vec(),
        // Ten digits: between a cold start in nanoseconds and a memory figure in bytes.
        samples: (0..SAMPLES_A_TRIAL)
            .map(|series| Entry(series, Reading::Value(1_000_000_000 + begin + u64::from(series))))
            .collect(),
        histograms: Vec::new(),
    }
}

fn saved(folder: &std::path::Path) -> Store {
    let store = Store::at(folder);
    // One line of the journal holds all: syncing 20,000 of them is not what is measured here.
    let journal = store.begin(&run()).expect("the run begins");
    journal.finish().expect("the run is saved");
    store
}

fn open(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = saved(folder.path());
    let samples = f64::from(TRIALS * SAMPLES_A_TRIAL);
    let bytes = std::fs::metadata(folder.path().join("run.json")).expect("the file").len();
    let begin = Instant::now();
    let opened = store.open("run").expect("the run opens");
    println!(
        "{samples} samples: {:.1} bytes a sample (aim: under 40), first opened in {:.0} ms (aim: under 1000)",
        bytes as f64 / samples,
        begin.elapsed().as_secs_f64() * 1e3
    );
    assert_eq!(opened.run.trials.len(), TRIALS as usize);
    assert!(bytes as f64 / samples < 40.0, "a sample takes too many bytes");
    criterion.bench_function("open a run of 1,000,000 samples", |bencher| {
        bencher.iter(|| store.open("run").expect("the run opens"));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(10));
    targets = open
}
criterion_main!(benches);
