//! The arguments of `plimsoll pack`, `open` and `replay`.

use std::path::PathBuf;

use clap::ValueHint;

use super::lanes::OpposingArguments;

use super::{Folders, Format, Machine, OfRun};

#[derive(clap::Args)]
pub(crate) struct PackArguments {
    /// The run's identity, a beginning of it that only one run has, or a file.
    pub(crate) run: PathBuf,

    /// The capsule's file [default: `RUN.plimsoll` here].
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file if it is there.
    #[arg(long)]
    pub(crate) force: bool,

    /// Pack the run and its reports alone: such a capsule can be opened, but not replayed.
    #[arg(long)]
    pub(crate) without_workloads: bool,

    #[command(flatten)]
    pub(crate) folders: Folders,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

#[derive(clap::Args)]
pub(crate) struct OpenArguments {
    /// The capsule's file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) capsule: PathBuf,

    #[command(flatten)]
    pub(crate) format: Format<OfRun>,

    #[command(flatten)]
    pub(crate) versus: OpposingArguments,

    /// Show the run and keep nothing of it.
    #[arg(long)]
    pub(crate) no_keep: bool,
}

#[derive(clap::Args)]
pub(crate) struct ReplayArguments {
    /// The capsule's file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) capsule: PathBuf,

    /// Run the capsule's code on this machine, in the sandboxes of any workload: nothing is replayed without.
    #[arg(long)]
    pub(crate) again: bool,

    #[arg(long, help = super::lanes::trust_help())]
    pub(crate) trust_native: bool,

    #[command(flatten)]
    pub(crate) machine: Machine,
}
