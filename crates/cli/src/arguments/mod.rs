//! The command line.

mod asked;
mod bench;
mod capsule;
mod compare;
mod format;
mod lanes;
mod report;
mod services;
mod workloads;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use plimsoll_app::{Places, Schema, Target};

pub(crate) use self::bench::{BenchArguments, GateArguments, PlanArguments};
pub(crate) use self::capsule::{OpenArguments, PackArguments, ReplayArguments};
pub(crate) use self::compare::CompareArguments;
pub(crate) use self::format::{Format, OfRun};
pub(crate) use self::lanes::{LanesArguments, OwnLanes};
pub(crate) use self::report::ReportArguments;
pub(crate) use self::workloads::{InitArguments, WorkloadTask, WorkloadsArguments};
use crate::output::Colour;

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    a trial failed, or loads are missing because they were invalid
  2    wrong usage
  3    this machine can't do what was asked
  4    a budget is broken beyond noise: a regression
  130  interrupted";

/// Measures what the same workload costs as a container and as WebAssembly, side by side.
#[derive(Parser)]
#[command(name = "plimsoll", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true
    )]
    pub(crate) color: Colour,

    /// Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder].
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Measure: every workload in the usual lanes, unless others are named.
    #[command(after_help = EXIT_CODES)]
    Bench(Box<BenchArguments>),
    /// Show a run, or export it.
    Show {
        /// Its identity, a beginning of it that only one run has, or a file: a run's own or a capsule.
        run: PathBuf,
        #[command(flatten)]
        format: Format<OfRun>,
        #[command(flatten)]
        versus: lanes::OpposingArguments,
    },
    /// Hand runs on: write each into files, in the forms that others read.
    Report(ReportArguments),
    /// Set runs against a base run: each figure's ratio with its interval, and what can be said of it.
    Compare(CompareArguments),
    /// Measure how far runs differ by themselves on this machine, by repeating one; kept for comparisons.
    Noise(Box<NoiseArguments>),
    /// Pack a run, its workloads and its reports into one checksummed file: a capsule.
    Pack(PackArguments),
    /// Open a capsule from elsewhere: check it, keep its run here, and show or export it.
    Open(OpenArguments),
    /// Run a capsule's plan again on this machine, with the workloads in it.
    #[command(after_help = EXIT_CODES)]
    Replay(ReplayArguments),
    /// List the runs that were kept, the newest first.
    List {
        #[command(flatten)]
        machine: Machine,
    },
    /// List the lanes: what each is, whether it runs here, and the way out where it does not.
    Lanes(LanesArguments),
    /// List the workloads that are found, or check one of your own.
    Workloads(WorkloadsArguments),
    /// Make a workload's folder out of a service of your own, with what it answers.
    Init(Box<InitArguments>),
    /// Examine what this machine can run and measure; each problem with its remedy.
    Doctor {
        #[command(flatten)]
        folders: Folders,
        #[command(flatten)]
        lanes: OwnLanes,
        #[command(flatten)]
        machine: Machine,
    },
    /// Remove what killed runs left: containers, images, networks, control groups, temporary folders.
    Clean {
        #[command(flatten)]
        machine: Machine,
    },
    /// Print the JSON Schema of a kind of file.
    Schema {
        /// The kind.
        #[arg(value_name = "FILE", value_parser = schema_parser(), default_value = Schema::Run.slug())]
        of: Schema,
        #[command(flatten)]
        machine: Machine,
    },
    /// Remove runs that were kept.
    Rm {
        /// Their identities, or beginnings of them that only one run each has.
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
        #[command(flatten)]
        machine: Machine,
    },
    /// Measure for a window: the order comes as a JSON line on standard input, what happens goes as JSON lines to
    /// standard output.
    #[command(hide = true)]
    Stream,
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, or write all of them.
    Man {
        /// Writes `plimsoll.1` and one page for each command into this folder.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

/// A form and where it goes, whatever the path's bytes.
pub(crate) fn target() -> impl clap::builder::TypedValueParser<Value = Target> {
    use clap::builder::{OsStringValueParser, TypedValueParser};
    OsStringValueParser::new().try_map(|text| Target::of(&text))
}

fn schema_parser() -> impl clap::builder::TypedValueParser<Value = Schema> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let found = |name: String| Schema::ALL.into_iter().find(|kind| kind.slug() == name).unwrap_or_default();
    PossibleValuesParser::new(Schema::ALL.map(Schema::slug)).map(found)
}

/// The arguments of `plimsoll noise`.
#[derive(clap::Args)]
pub(crate) struct NoiseArguments {
    /// How often the plan is repeated; at least 5.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) runs: u32,

    /// Measures nothing and takes these runs, which must be of one plan on one host.
    #[arg(long, value_name = "RUN", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub(crate) of: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) plan: PlanArguments,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

/// For machines.
#[derive(clap::Args)]
pub(crate) struct Machine {
    /// Print JSON, described in `docs/schema`.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where workloads are.
#[derive(Clone, clap::Args)]
pub(crate) struct Folders {
    /// Folder of workloads, or one workload's own; may be given more than once [default: those in
    /// `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program].
    #[arg(id = "folders", long = "workloads", value_name = "DIR", value_hint = ValueHint::DirPath)]
    folders: Vec<PathBuf>,
}

impl Command {
    /// Whether errors are for machines too.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Bench(bench) => bench.machine.json,
            Self::Show { format, .. } => format.is_json(),
            Self::Compare(wish) => wish.format.is_json(),
            Self::Noise(noise) => noise.machine.json,
            Self::Pack(pack) => pack.machine.json,
            Self::Open(open) => open.format.is_json(),
            Self::Replay(replay) => replay.machine.json,
            Self::List { machine }
            | Self::Doctor { machine, .. }
            | Self::Clean { machine }
            | Self::Schema { machine, .. }
            | Self::Rm { machine, .. } => machine.json,
            Self::Lanes(lanes) => lanes.machine.json,
            Self::Workloads(workloads) => workloads.wants_json(),
            Self::Init(_) | Self::Report(_) | Self::Completions { .. } | Self::Man { .. } | Self::Stream => {
                false
            }
        }
    }
}

impl Folders {
    pub(crate) fn places(self, data_folder: Option<PathBuf>) -> Places {
        Places { data_folder, workload_folders: self.folders, ..Places::default() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }
}
