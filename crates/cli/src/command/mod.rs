//! One file for each command that is more than a few lines.

mod bench;
mod capsule;
mod clean;
mod compare;
mod doctor;
mod gate;
mod lanes;
mod listing;
mod noise;
mod pages;
mod replay;
mod report;
mod show;
mod stream;
mod unable;
mod workload;

use plimsoll_app::{Clean, Doctor, Error, List, Places, Registry, Remove};

use crate::arguments::{Arguments, Command};
use crate::exit;
use crate::output::Terminal;

/// Does what was asked and gives the exit code.
pub(crate) async fn run(arguments: Arguments, terminal: &mut Terminal) -> Result<u8, Error> {
    let data_folder = arguments.data_dir;
    let places = Places { data_folder: data_folder.clone(), ..Places::default() };
    match arguments.command {
        Command::Bench(bench) => Box::pin(bench::run(*bench, data_folder, terminal)).await,
        Command::Show { run, format, versus } => {
            show::run(&plimsoll_app::Show { run, places }, &format, &versus.into(), terminal)
        }
        Command::Report(report) => report::run(&report.request(places), terminal),
        Command::Compare(wish) => compare::run(&wish, places, terminal),
        Command::Noise(noise) => Box::pin(noise::run(*noise, data_folder, terminal)).await,
        Command::Pack(arguments) => capsule::pack(arguments, data_folder, terminal),
        Command::Open(arguments) => capsule::open(arguments, places, terminal),
        Command::Replay(arguments) => Box::pin(replay::run(arguments, places, terminal)).await,
        Command::List { machine } => listing::runs(&List { places }, machine.json, terminal),
        Command::Lanes(arguments) => Box::pin(lanes::run(arguments, places, terminal)).await,
        Command::Workloads(arguments) => Box::pin(workload::run(arguments, data_folder, terminal)).await,
        Command::Init(arguments) => Box::pin(workload::init(*arguments, data_folder, terminal)).await,
        Command::Doctor { folders, lanes, machine } => {
            doctor::run(
                &Doctor { places: lanes.places(folders.places(data_folder)), pinning: None },
                machine.json,
                terminal,
            )
            .await
        }
        Command::Clean { machine } => clean::run(Clean, &Registry::of(&places), machine.json, terminal).await,
        Command::Rm { runs, machine } => clean::remove(&Remove { runs, places }, machine.json, terminal),
        Command::Schema { of, .. } => terminal.json(&of.run()).map(|()| exit::DONE),
        Command::Stream => Box::pin(stream::run(terminal)).await,
        Command::Completions { shell } => pages::completions(shell, terminal),
        Command::Man { dir } => pages::manual(dir.as_deref(), terminal),
    }
}
