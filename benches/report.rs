//! What a report costs: the page and the charts of a quick run, runs compared, and a run that grows.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints, and ends where its premises do"
)]

mod made_up;

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use plimsoll_analysis::{MayChange, RunNoise, compare_runs};
use plimsoll_chart::{Chart, Theme, charts, draw_svg};
use plimsoll_export::{Style, exporter};
use plimsoll_model::Run;
use plimsoll_report::Report;
use plimsoll_store::Store;
use rustix::time::{ClockId, clock_gettime};

/// Repeats of what is short; the figure is their median.
const REPEATS: usize = 15;
const RUNS: u32 = 200;
const QUICK: u32 = 10;
/// Cold starts in each arm of a lane by which a run has about this many samples.
const GROWING: [(u32, u32); 3] = [(228, 100_000), (2_371, 1_000_000), (23_800, 10_000_000)];
const CHART: (u32, u32) = (1_200, 640);

fn main() -> Result<()> {
    // First of all: the peak of memory that is told is that of the whole process.
    many_runs()?;
    let quick = made_up::run(0, QUICK);
    page_of_a_quick_run(&quick)?;
    each_chart("a quick run", &quick)?;
    growing()
}

fn many_runs() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::at(folder.path());
    for at in 0..RUNS {
        store.begin(&made_up::run(at, QUICK))?.finish()?;
    }
    let begun = Instant::now();
    let names: Vec<String> = (0..RUNS).map(|at| made_up::id(at).to_string()).collect();
    let opened: Vec<Run> = store.open_all(&names)?.into_iter().map(|opened| opened.run).collect();
    let opening = begun.elapsed();
    let (base, news) = opened.split_first().context("there are runs")?;
    let news: Vec<&Run> = news.iter().collect();
    let comparing = median(5, || compare_runs(black_box(base), &news, None, &MayChange::Nothing).len());
    println!(
        "{RUNS} quick runs, {} samples each: compared in {comparing}, after {:.2} s by the clock to open them (aim: under 3 s \
         by the clock together); peak {:.0} MB (aim: under 500)",
        samples(base),
        opening.as_secs_f64(),
        peak_bytes()? / 1e6
    );
    let noise = RunNoise::of(&news)?;
    let knowing = median(3, || compare_runs(base, &news, Some(&noise), &MayChange::Nothing).len());
    println!("the same with the noise between runs known, and with it the floor of each run: {knowing}");
    Ok(())
}

fn page_of_a_quick_run(run: &Run) -> Result<()> {
    let page = page(run)?;
    let took = median(REPEATS, || self::page(run).map(|page| page.len()).ok());
    println!(
        "HTML of a quick run, {} samples: {:.0} ms (aim: under 500), {:.0} kB (aim: under 1000)",
        samples(run),
        took.cpu.as_secs_f64() * 1e3,
        page.len() as f64 / 1e3
    );
    ensure!(page.len() < 1_000_000, "the page of a quick run is too large");
    Ok(())
}

fn each_chart(of: &str, run: &Run) -> Result<()> {
    let case = *run.cases().first().context("there is a workload")?;
    let draw = |chart: &dyn Chart| draw_svg(&chart.spec(run, case), Theme::Light, CHART.0, CHART.1);
    let mut told = Vec::new();
    for chart in charts() {
        draw(*chart)?;
        let took = median(REPEATS, || draw(*chart).map(|svg| svg.len()).ok());
        told.push(format!("{} {:.1}", chart.slug(), took.cpu.as_secs_f64() * 1e3));
    }
    println!("charts of {of} as SVG, in ms (aim: each under 20): {}", told.join(", "));
    Ok(())
}

fn growing() -> Result<()> {
    let mut before: Option<f64> = None;
    for (cold_starts, about) in GROWING {
        let run = made_up::run(0, cold_starts);
        let mut bytes = 0;
        let repeats = if about > 1_000_000 { 3 } else { 5 };
        let took = median(repeats, || bytes = page(&run).map_or(0, |page| page.len()));
        let each = took.cpu.as_secs_f64() * 1e9 / samples(&run) as f64;
        let ratio =
            before.map_or_else(String::new, |before| format!(", {:.2} × the step before", each / before));
        println!(
            "report and HTML of {} samples: {:.2} s, {each:.0} ns a sample{ratio}; {:.0} kB; peak {:.0} MB",
            samples(&run),
            took.cpu.as_secs_f64(),
            f64::from(u32::try_from(bytes)?) / 1e3,
            peak_bytes()? / 1e6
        );
        ensure!(bytes > 0, "there is no page");
        if about == 1_000_000 {
            each_chart(&format!("{} samples", samples(&run)), &run)?;
        }
        before = Some(each);
    }
    Ok(())
}

fn page(run: &Run) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let html = exporter("html").context("there is no exporter `html`")?;
    html.write(&Report::of(black_box(run)), Style::default(), &mut page)?;
    Ok(page)
}

fn samples(run: &Run) -> usize {
    run.trials.iter().map(|trial| trial.samples.len()).sum()
}

/// What a call took on the CPUs, whatever else ran, and what its user waited.
struct Took {
    cpu: Duration,
    clock: Duration,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.2} s by the clock, {:.2} s of the CPUs' time",
            self.clock.as_secs_f64(),
            self.cpu.as_secs_f64()
        )
    }
}

/// The medians of what so many calls took.
fn median<T>(repeats: usize, mut call: impl FnMut() -> T) -> Took {
    let once = |_| {
        let (begun, on_clock) = (on_cpu(), Instant::now());
        black_box(call());
        (on_cpu().saturating_sub(begun), on_clock.elapsed())
    };
    let (mut cpu, mut clock): (Vec<Duration>, Vec<Duration>) = (0..repeats).map(once).unzip();
    let middle = |all: &mut Vec<Duration>| {
        all.sort_unstable();
        all.get(repeats / 2).copied().unwrap_or_default()
    };
    Took { cpu: middle(&mut cpu), clock: middle(&mut clock) }
}

fn on_cpu() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec.unsigned_abs(), u32::try_from(spent.tv_nsec).unwrap_or(0))
}

/// The most memory that was resident since the process began.
fn peak_bytes() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0)
}
