//! The arguments of `plimsoll workloads` and `plimsoll init`.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};
use plimsoll_app::{LaneWish, quantity};
use plimsoll_model::Limits;

use super::services::OwnServices;
use super::{Folders, Machine, OwnLanes, lanes};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct WorkloadsArguments {
    #[command(subcommand)]
    pub(crate) task: Option<WorkloadTask>,

    #[command(flatten)]
    pub(crate) folders: Folders,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

/// What is done with one workload.
#[derive(Subcommand)]
pub(crate) enum WorkloadTask {
    /// Say all that is wrong with a workload's folder; with `--run` start it once in each lane and compare its answers.
    Check {
        /// The folder.
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// Start it once in each lane that runs it.
        #[arg(long)]
        run: bool,
        #[arg(long = "lane", value_name = "LANE", requires = "run", help = lanes::lane_help())]
        lanes: Vec<LaneWish>,
        #[command(flatten)]
        own: OwnLanes,
        #[command(flatten)]
        allowed: Allowed,
        #[command(flatten)]
        machine: Machine,
    },
    /// Give a `workload.toml` of an older version this build's.
    Migrate {
        /// The folder.
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
}

#[derive(clap::Args)]
pub(crate) struct InitArguments {
    /// The folder to make: its name becomes the workload's.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,

    #[command(flatten)]
    pub(crate) own: OwnServices,

    #[command(flatten)]
    pub(crate) lanes: OwnLanes,

    #[command(flatten)]
    pub(crate) allowed: Allowed,
}

/// What an instance may take that is tried and not measured.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct Allowed {
    /// Memory of an instance, e.g. `512MiB` [default: 256MiB].
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes, help_heading = "Limits")]
    memory: Option<u64>,
}

impl Allowed {
    pub(crate) fn limits(self) -> Limits {
        let usual = Limits::default();
        Limits { memory_bytes: self.memory.unwrap_or(usual.memory_bytes), ..usual }
    }
}

impl WorkloadsArguments {
    /// Whether errors are for machines too.
    pub(crate) fn wants_json(&self) -> bool {
        match &self.task {
            None => self.machine.json,
            Some(WorkloadTask::Check { machine, .. }) => machine.json,
            Some(WorkloadTask::Migrate { .. }) => false,
        }
    }
}
