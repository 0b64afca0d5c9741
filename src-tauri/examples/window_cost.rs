//! What the window costs: CPU time from `exec` until it can be used, CPU time while it idles, time to open a run of a
//! million samples, and what watching a bench does to its figures. Measures the program that `PLIMSOLL_DESKTOP` names.
//!
//! `cargo xtask window-cost` builds in release and runs it.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it shares the tests' stage")]
#![allow(dead_code, reason = "it shares the tests' stage, of which it needs a part")]

#[path = "../tests/window/display.rs"]
mod display;
#[path = "../tests/window/page.rs"]
mod page;
#[path = "../tests/window/stage.rs"]
mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use plimsoll_analysis::{decode, median, median_ratio_interval};
use plimsoll_model::{Entry, Phase, Run, Series, Slug, Trial};

use page::Page;
use stage::{Stage, Start, program, root};

/// Rounds, each with one bench that is watched and one that is not.
const ROUNDS: u64 = 8;
/// The plan of each bench, as the window's fields and the command's options name it.
const PLAN: [(&str, &str); 5] =
    [("arms", "1"), ("trials", "6"), ("loaded", "4"), ("duration", "500ms"), ("rate", "500")];
const WORKLOADS: [&str; 2] = ["hello", "json-api"];
const LANES: [&str; 3] = ["docker", "wasmtime", "native"];
const SAMPLES: usize = 1_000_000;
/// How often the run of a million samples is opened, each time in a new window.
const OPENED: usize = 5;
const IDLE: Duration = Duration::from_secs(10);
/// WebKit puts some of its own work off for a few seconds after a page is there.
const SETTLED: Duration = Duration::from_secs(10);
const WHOLE_BENCH: Duration = Duration::from_secs(300);

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for part in 0..3 {
            let before = Stolen::now();
            match part {
                0 => start_and_idle().await,
                1 => a_million_samples().await,
                _ => observer_effect().await,
            }
            println!(
                "  meanwhile the host of a virtual machine had {:.1} % of the cores' time",
                before.percent()
            );
        }
    });
}

/// The cores' time so far, and how much of it a virtual machine's host gave to others, in ticks.
struct Stolen([u64; 2]);

impl Stolen {
    fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap();
        let ticks: Vec<u64> =
            stat.lines().next().unwrap().split_whitespace().filter_map(|field| field.parse().ok()).collect();
        // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of user and nice.
        Self([ticks[..8].iter().sum(), ticks[7]])
    }

    fn percent(&self) -> f64 {
        let Self([all, stolen]) = Self::now();
        100.0 * (stolen - self.0[1]) as f64 / (all - self.0[0]).max(1) as f64
    }
}

async fn start_and_idle() {
    let mut starts = Vec::new();
    for _ in 0..5 {
        let stage = Stage::new(&[]);
        let before = stage.cpu();
        let page = stage.open(Start::default()).await;
        page.soon("cold starts in").await;
        starts.push((stage.cpu() - before).as_secs_f64());
        if starts.len() == 5 {
            tokio::time::sleep(SETTLED).await;
            let before = stage.cpu();
            tokio::time::sleep(IDLE).await;
            let used = (stage.cpu() - before).as_secs_f64();
            println!(
                "idle for {} s, once it was open for {} s: {:.2} % of one CPU",
                IDLE.as_secs(),
                SETTLED.as_secs(),
                100.0 * used / IDLE.as_secs_f64()
            );
        }
        page.close().await;
    }
    println!(
        "from exec until it can be used: {:.2} CPU-s ({} starts), window and web processes",
        median(&starts).unwrap(),
        spread(&starts)
    );
}

async fn a_million_samples() {
    let stage = Stage::new(&[]);
    let text = fs::read_to_string(root().join("crates/store/tests/fixtures/run-v2.json")).unwrap();
    let mut run: Run = serde_json::from_str(&text).unwrap();
    enlarge(&mut run);
    let file = stage.data().join("million.json");
    fs::write(&file, serde_json::to_vec(&run).unwrap()).unwrap();
    let [mut verdicts, mut charts] = [Vec::new(), Vec::new()];
    for _ in 0..OPENED {
        let page = stage.open(Start::default()).await;
        page.soon("cold starts in").await;
        tokio::time::sleep(SETTLED).await;
        let began = Instant::now();
        page.go_to_run(&file).await;
        page.wait("section[aria-label=Verdict]", Duration::from_secs(60)).await;
        verdicts.push(began.elapsed().as_secs_f64());
        page.wait("[data-chart] canvas", Duration::from_secs(60)).await;
        charts.push(began.elapsed().as_secs_f64());
        page.close().await;
    }
    println!(
        "a run of {} trials and {SAMPLES} samples: its verdict is on the screen after {:.2} s ({}), its first chart after \
         {:.2} s ({})",
        run.trials.len(),
        median(&verdicts).unwrap(),
        spread(&verdicts),
        median(&charts).unwrap(),
        spread(&charts)
    );
}

fn spread(all: &[f64]) -> String {
    let (least, most) =
        (all.iter().copied().fold(f64::MAX, f64::min), all.iter().copied().fold(0.0, f64::max));
    format!("{least:.2} to {most:.2} over {}", all.len())
}

/// Makes a million samples of a run: as many to a trial as real runs have, and as many loaded trials as the plan for
/// figures to publish has.
fn enlarge(run: &mut Run) {
    const COPIES: u32 = 5;
    const LOADED: usize = 300;
    let kinds = run.series.len() as u32;
    let (few, own) = (run.trials.clone(), run.series.clone());
    for copy in 1..COPIES {
        let subject: Slug = format!("part-{copy}").parse().unwrap();
        run.series
            .extend(own.iter().map(|series| Series { subject: Some(subject.clone()), ..series.clone() }));
    }
    let enlarged = |(trial, position): (&Trial, u32)| {
        let copies = (0..COPIES).flat_map(|copy| {
            trial.samples.iter().map(move |Entry(series, found)| Entry(series + copy * kinds, found.clone()))
        });
        Trial { position, samples: copies.collect(), ..trial.clone() }
    };
    let mut samples = 0;
    let many = few.iter().cycle().zip(0..).map(enlarged).take_while(|trial| {
        samples += trial.samples.len();
        samples <= SAMPLES
    });
    run.trials = many.collect();
    run.trials.iter_mut().filter(|trial| !trial.histograms.is_empty()).skip(LOADED).for_each(|trial| {
        trial.histograms.clear();
    });
}

/// Values by what they are of.
type Values = BTreeMap<(String, String, &'static str), Vec<f64>>;

async fn observer_effect() {
    let stage = Stage::new(&[]);
    let (mut watched, mut alone) = (Values::new(), Values::new());
    for round in 0..ROUNDS {
        // Which comes first changes from round to round.
        for watches in [round % 2 == 0, round % 2 != 0] {
            if watches {
                let page = stage.open(Start::default()).await;
                add(&watch(&page, &stage, round).await, &mut watched);
                page.close().await;
            } else {
                add(&bench(&stage, round), &mut alone);
            }
        }
    }
    println!("watched ÷ not watched, medians with their 95 % interval:");
    for (what, with) in &watched {
        let without = &alone[what];
        let ratio = median(with).unwrap() / median(without).unwrap();
        let (workload, lane, figure) = what;
        match median_ratio_interval(with, without, 0.95, 1) {
            Ok(found) => {
                let verdict = if found.contains(1.0) { "contains 1" } else { "does NOT contain 1" };
                println!(
                    "  {workload} {lane} {figure}: {ratio:.3} [{:.3}, {:.3}], n {} and {}: {verdict}",
                    found.low,
                    found.high,
                    with.len(),
                    without.len()
                );
            }
            Err(few) => println!("  {workload} {lane} {figure}: {ratio:.3}, {few}"),
        }
    }
}

async fn watch(page: &Page, stage: &Stage, seed: u64) -> Run {
    let wanted: Vec<&str> = WORKLOADS.into_iter().chain(LANES).collect();
    page.choose(&wanted).await;
    for (field, value) in PLAN.into_iter().chain([("seed", seed.to_string().as_str())]) {
        page.fill(field, value).await;
    }
    page.soon("36 cold starts").await;
    page.click("Start").await;
    page.wait("section[aria-label=Verdict]", WHOLE_BENCH).await;
    let id = page.evaluate("return location.hash.split('/')[2]").await;
    read(&stage.data().join("runs").join(id.as_str().unwrap()).with_extension("json"))
}

fn bench(stage: &Stage, seed: u64) -> Run {
    let file = stage.data().join("alone.json");
    let mut bench = Command::new(program("plimsoll"));
    bench.arg("bench").args(WORKLOADS).arg("--workloads").arg(root().join("workloads"));
    for lane in LANES {
        bench.args(["--lane", lane]);
    }
    for (option, value) in PLAN {
        bench.arg(format!("--{option}")).arg(value);
    }
    bench.arg("--seed").arg(seed.to_string()).arg("--data-dir").arg(stage.data()).arg("--output").arg(&file);
    bench.output().unwrap();
    let run = read(&file);
    fs::remove_file(file).unwrap();
    run
}

fn read(file: &Path) -> Run {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn add(run: &Run, to: &mut Values) {
    for trial in run.trials.iter().filter(|trial| trial.tells_of(Phase::Ready)) {
        let row = run.row_of(trial.cell).unwrap();
        let mut push = |figure, value: u64| {
            to.entry((row.case.to_string(), row.lane.to_string(), figure)).or_default().push(value as f64);
        };
        for entry in &trial.samples {
            let series = &run.series[entry.0 as usize];
            if let ("cold_start", Phase::Ready, Some(value)) =
                (series.metric.as_str(), series.phase, entry.1.value())
            {
                push("cold start", value);
            }
        }
        // The request that most of the load asks for.
        let mut sound = trial.histograms.iter().filter(|_| trial.tells_of(Phase::Serve));
        let latency = sound.find(|stored| run.series[stored.series as usize].metric.as_str() == "latency");
        if let Some(stored) = latency {
            push("P50", decode(stored).unwrap().value_at_quantile(0.5));
        }
    }
}
