//! The arguments of `plimsoll bench`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{ValueEnum, ValueHint};
use plimsoll_app::{Bench, Overrides, lane_slugs, quantity};
use plimsoll_model::{Preset, Slug};

use super::{Folders, Machine};

#[derive(clap::Args)]
pub(crate) struct BenchArguments {
    /// Workloads to measure [default: all].
    #[arg(value_name = "WORKLOAD")]
    workloads: Vec<Slug>,

    /// Lane to measure; may be given more than once [default: all that this machine can run].
    #[arg(long = "lane", value_name = "LANE", help = lane_help())]
    lanes: Vec<Slug>,

    /// Where the plan begins from.
    #[arg(long, value_enum, default_value_t = PresetName(Preset::Quick))]
    preset: PresetName,

    /// Cold starts of each workload in each lane.
    #[arg(long, value_name = "N", help_heading = "Plan")]
    trials: Option<u32>,

    /// How many of them also serve load.
    #[arg(long, value_name = "N", help_heading = "Plan")]
    loaded: Option<u32>,

    /// Repeat until the interval of the cold-start median is this narrow: half its width over the median.
    #[arg(long, value_name = "PERCENT", value_parser = quantity::percent_milli, help_heading = "Plan")]
    precision: Option<u32>,

    /// Most cold starts with `--precision` [default: 10 × trials].
    #[arg(long, value_name = "N", requires = "precision", help_heading = "Plan")]
    max_trials: Option<u32>,

    /// Independent measurements of each lane in the same schedule: two of the same tell the noise.
    #[arg(long, value_name = "N", help_heading = "Plan")]
    arms: Option<u32>,

    /// Seed of the order of trials [default: drawn at random, and kept in the run].
    #[arg(long, value_name = "N", help_heading = "Plan")]
    seed: Option<u64>,

    /// Drop the page caches before every trial; needs root.
    #[arg(long, help_heading = "Plan")]
    cold_disk: bool,

    /// Requests per second, the same in every lane [default: half of what the slowest lane can serve].
    #[arg(long, value_name = "R", value_parser = quantity::rate_milli, help_heading = "Load")]
    rate: Option<u64>,

    /// How long each loaded trial is loaded, e.g. `5s`.
    #[arg(long, value_name = "D", value_parser = quantity::duration_ms, help_heading = "Load")]
    duration: Option<u64>,

    /// Keep-alive connections.
    #[arg(long, value_name = "N", help_heading = "Load")]
    connections: Option<u32>,

    /// CPUs of an instance, e.g. `0.5` [default: 1].
    #[arg(long, value_name = "X", value_parser = quantity::cpu_milli, help_heading = "Limits")]
    cpus: Option<u32>,

    /// Memory of an instance, e.g. `512MiB` [default: 256MiB].
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes, help_heading = "Limits")]
    memory: Option<u64>,

    #[command(flatten)]
    folders: Folders,

    /// Also write the run's file here.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

impl BenchArguments {
    pub(crate) fn request(self, data_folder: Option<PathBuf>) -> Bench {
        Bench {
            workloads: self.workloads,
            lanes: self.lanes,
            preset: self.preset.0,
            overrides: Overrides {
                trials: self.trials,
                loaded: self.loaded,
                precision_milli: self.precision,
                max_trials: self.max_trials,
                rate_milli: self.rate,
                duration_ms: self.duration,
                connections: self.connections,
                cpu_milli: self.cpus,
                memory_bytes: self.memory,
                seed: self.seed,
                arms: self.arms,
                cold_disk: self.cold_disk,
            },
            places: self.folders.places(data_folder),
        }
    }
}

fn lane_help() -> String {
    let lanes: Vec<String> = lane_slugs().iter().map(ToString::to_string).collect();
    format!(
        "Lane to measure; may be given more than once: {} [default: all that this machine can run]",
        lanes.join(", ")
    )
}

/// A preset by its name.
#[derive(Clone, Copy)]
struct PresetName(Preset);

impl ValueEnum for PresetName {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Preset::Quick), Self(Preset::Standard), Self(Preset::Rigorous)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = match self.0 {
            Preset::Quick => "quick",
            Preset::Standard => "standard",
            Preset::Rigorous => "rigorous",
        };
        let (trials, load) = (self.0.trials(), self.0.load());
        let seconds = load.duration_ms as f64 / 1_000.0;
        let help =
            format!("{} cold starts, {} of them loaded for {seconds} s", trials.cold_starts, trials.loaded);
        Some(PossibleValue::new(name).help(help))
    }
}
