//! `cargo xtask`: set-up, workloads, generated files and checks of this repository.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people: it talks on the terminal"
)]

mod bundle;
mod cargo;
mod checks;
mod generate;
mod icons;
mod layers;
mod product;
mod setup;
mod tests;
mod window;
mod workloads;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::setup::Wanted;

/// Set-up, workloads, generated files and checks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up everything, builds in release and runs the quick plan: every workload in every lane.
    Bench {
        /// Passed on to `plimsoll bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Sets up everything and runs every test; the last line says how many passed and failed.
    Test,
    /// Sets up everything, builds in release and opens the window.
    App,
    /// Builds in release and measures what the window costs: its start, its idling, what watching does to figures.
    WindowCost,
    /// Builds in release and takes the README's pictures of the window.
    Pictures,
    /// Builds in release and packs a Debian package: the window, the command, the workloads.
    Bundle,
    /// Installs and starts what benchmarks, tests and the window need.
    Setup,
    /// Formatting, locks, layers, lengths, spread knowledge, lints, generated files, licences.
    Check,
    /// Checks that crates import only what the architecture allows, and that their modules need no circle.
    CheckLayers,
    /// Checks how long the source files are.
    CheckFiles,
    /// Checks that what one place should know has not spread: the names of lanes, the kinds of jobs.
    CheckSpread {
        /// Checks nothing; lists the types that share their name with another.
        #[arg(long)]
        names: bool,
    },
    /// Applies the examples of changes, builds and tries them: whether a change goes where the architecture says.
    CheckChanges,
    /// Regenerates the committed schema, man pages and shell completions.
    Generate {
        /// Changes nothing; fails where a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Builds and checks the workloads' binaries and components.
    Workloads {
        #[command(subcommand)]
        action: workloads::Action,
    },
    /// Checks a run file against the published JSON Schema.
    Validate {
        /// The run file.
        file: std::path::PathBuf,
        /// Also fails when a trial or a preparation failed; invalid loads are no failures.
        #[arg(long)]
        without_failures: bool,
    },
}

/// The environment can't do what was asked: the same code as the product's.
const EXIT_ENVIRONMENT: u8 = 3;

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            let environment = error.is::<setup::NeedsRoot>() || error.is::<window::NoDisplay>();
            ExitCode::from(if environment { EXIT_ENVIRONMENT } else { 1 })
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Bench { arguments } => {
            setup::set_up(Wanted::Engine)?;
            workloads::run(workloads::Action::Native)?;
            product::bench(&arguments)
        }
        Task::Test => {
            setup::set_up(Wanted::Everything)?;
            window::pages()?;
            tests::run()
        }
        Task::Setup => setup::set_up(Wanted::Everything).map(|()| ExitCode::SUCCESS),
        Task::App => {
            window::has_display()?;
            setup::set_up(Wanted::Everything)?;
            window::open()
        }
        Task::Pictures => {
            setup::set_up(Wanted::Everything)?;
            window::pictures().map(|()| ExitCode::SUCCESS)
        }
        Task::WindowCost => {
            setup::set_up(Wanted::Everything)?;
            window::cost().map(|()| ExitCode::SUCCESS)
        }
        Task::Bundle => {
            setup::set_up(Wanted::Window)?;
            bundle::debian().map(|()| ExitCode::SUCCESS)
        }
        Task::Check => {
            setup::set_up(Wanted::Window)?;
            window::pages()?;
            cargo::run(&["fmt", "--all", "--check"])?;
            // What takes seconds comes before what compiles.
            checks::locks::check()?;
            layers::check()?;
            checks::circles::check()?;
            checks::files::check()?;
            checks::spread::check()?;
            cargo::run(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
            // A workspace of its own, which the other builds do not see. Its entry points run in the tests.
            cargo::run(&["check", "--locked", "--manifest-path", "fuzz/Cargo.toml"])?;
            generate::run(generate::Mode::Check)?;
            cargo::deny().map(|()| ExitCode::SUCCESS)
        }
        Task::CheckLayers => {
            layers::check()?;
            checks::circles::check().map(|()| ExitCode::SUCCESS)
        }
        Task::CheckFiles => checks::files::check().map(|()| ExitCode::SUCCESS),
        Task::CheckSpread { names: true } => checks::spread::list_twins().map(|()| ExitCode::SUCCESS),
        Task::CheckSpread { names: false } => checks::spread::check().map(|()| ExitCode::SUCCESS),
        Task::CheckChanges => checks::changes::check().map(|()| ExitCode::SUCCESS),
        Task::Generate { check } => {
            let mode = if check { generate::Mode::Check } else { generate::Mode::Write };
            generate::run(mode).map(|()| ExitCode::SUCCESS)
        }
        Task::Workloads { action } => workloads::run(action).map(|()| ExitCode::SUCCESS),
        Task::Validate { file, without_failures } => {
            product::validate(&file, without_failures).map(|()| ExitCode::SUCCESS)
        }
    }
}
