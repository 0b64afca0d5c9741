//! Cold starts as `hyperfine --export-json` writes them, in seconds.

use std::collections::BTreeMap;
use std::io::Write;

use plimsoll_analysis::{LaneSummary, names};
use plimsoll_model::{Phase, Run, Slug, Trial};
use plimsoll_report::Report;
use serde::Serialize;

use crate::exporter::lane_name;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::json_text::document;

pub(crate) struct Hyperfine;

const NS: f64 = 1e9;

#[derive(Serialize)]
struct Document {
    results: Vec<Benchmark>,
}

#[derive(Serialize)]
struct Benchmark {
    command: String,
    mean: f64,
    /// Absent, as hyperfine has it, for one value.
    stddev: Option<f64>,
    median: f64,
    /// Mean CPU time of the instance; absent where its CPU time was not had.
    user: Option<f64>,
    system: Option<f64>,
    min: f64,
    max: f64,
    times: Vec<f64>,
    /// A trial that is here passed.
    exit_codes: Vec<i32>,
    parameters: BTreeMap<&'static str, String>,
}

impl Exporter for Hyperfine {
    fn about(&self) -> About {
        About {
            slug: "hyperfine",
            title: "Cold starts as hyperfine exports them",
            summary: "cold starts as hyperfine exports them, for scripts that read its JSON",
            extension: "json",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut trials: Vec<Vec<&Trial>> = vec![Vec::new(); report.summaries.len()];
        let place_of = report.places();
        for trial in &report.run.trials {
            let good = trial.tells_of(Phase::Ready);
            let lane = place_of(trial.cell).and_then(|place| trials.get_mut(place));
            if let (true, Some(lane)) = (good, lane) {
                lane.push(trial);
            }
        }
        let lanes = report.summaries.iter().zip(&trials);
        let results = lanes.filter_map(|(lane, trials)| benchmark(report.run, lane, trials)).collect();
        document(&Document { results }, out)
    }
}

fn benchmark(run: &Run, lane: &LaneSummary, trials: &[&Trial]) -> Option<Benchmark> {
    let estimate = lane.cold_start()?;
    let times = seconds(run, trials, &names::COLD_START);
    let mean = mean(&times)?;
    let parameters = [("workload", lane.case.to_string()), ("lane", lane.lane.to_string())];
    Some(Benchmark {
        command: lane_name(lane, "/"),
        mean,
        stddev: deviation(&times, mean),
        median: estimate.median / NS,
        user: self::mean(&seconds(run, trials, &names::CPU_USER)),
        system: self::mean(&seconds(run, trials, &names::CPU_SYSTEM)),
        min: estimate.min / NS,
        max: estimate.max / NS,
        exit_codes: vec![0; times.len()],
        times,
        parameters: parameters.into(),
    })
}

/// The instance's own values of a metric, the first of each trial.
fn seconds(run: &Run, trials: &[&Trial], metric: &Slug) -> Vec<f64> {
    let of_instance = |series: u32| {
        run.series.get(series as usize).is_some_and(|series| {
            let whole = series.subject.as_ref().is_none_or(|subject| *subject == names::INSTANCE);
            series.metric == *metric && series.request.is_none() && whole
        })
    };
    let value = |trial: &&Trial| {
        let entry = trial.samples.iter().find(|entry| of_instance(entry.0) && entry.1.value().is_some())?;
        entry.1.value().map(|value| value as f64 / NS)
    };
    trials.iter().filter_map(value).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation of a sample, by n − 1.
fn deviation(values: &[f64], mean: f64) -> Option<f64> {
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}
