//! One workload of the user's own: made, checked, migrated.

use std::path::PathBuf;

use plimsoll_app::{
    Became, Cancel, CheckWorkload, CheckedWorkload, Error, Init, Migrate, Migrated, Places, Registry,
    Started, Workloads, format,
};
use plimsoll_model::{MANIFEST_VERSION, Trials};

use super::listing;
use super::unable::unable;
use crate::arguments::{InitArguments, WorkloadTask, WorkloadsArguments};
use crate::output::Terminal;
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: WorkloadsArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    match arguments.task {
        None => {
            let places = arguments.folders.places(data_folder);
            listing::workloads(&Workloads { places }, arguments.machine.json, terminal)
        }
        Some(WorkloadTask::Migrate { folder }) => migrate(&Migrate { folder }, terminal),
        Some(WorkloadTask::Check { folder, run, lanes, own, allowed, machine }) => {
            let places = own.places(Places { data_folder, ..Places::default() });
            let check = CheckWorkload { folder, starts: run, lanes, limits: allowed.limits() };
            self::check(&check, &places, machine.json, terminal).await
        }
    }
}

pub(super) async fn init(
    arguments: InitArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let places = arguments.lanes.places(Places { data_folder, ..Places::default() });
    let init =
        Init { own: arguments.own.read()?, folder: arguments.folder, limits: arguments.allowed.limits() };
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| unable("listen for Ctrl-C", &error))?;
    let told = progress::sink(NONE, false, true);
    let laid = init.run(&Registry::on_this_machine(&places).await, told.as_ref(), &cancel).await?;
    drop(told);
    let folder = laid.folder.display();
    terminal.line(format!("made `{folder}` with {}", laid.files.join(", ")))?;
    terminal.line(format!("check it with `plimsoll workloads check {folder} --run`, measure it with `plimsoll bench --workloads {folder}`"))?;
    Ok(exit::DONE)
}

/// Nothing is counted where a workload is only tried.
const NONE: Trials = Trials { cold_starts: 0, loaded: 0, precision: None };

fn migrate(wish: &Migrate, terminal: &mut Terminal) -> Result<u8, Error> {
    let file = wish.folder.join("workload.toml");
    let told = match wish.run()? {
        Migrated::From(version) => {
            format!("`{}` was of version {version} and is of version {MANIFEST_VERSION} now", file.display())
        }
        Migrated::Already => format!("`{}` is of version {MANIFEST_VERSION} already", file.display()),
    };
    terminal.line(told).map(|()| exit::DONE)
}

async fn check(
    wish: &CheckWorkload,
    places: &Places,
    json: bool,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| unable("listen for Ctrl-C", &error))?;
    let told = progress::sink(NONE, false, true);
    let checked = wish.run(&Registry::on_this_machine(places).await, told.as_ref(), &cancel).await?;
    drop(told);
    if json {
        terminal.json(&checked)?;
    } else {
        tell(&checked, wish, terminal)?;
    }
    Ok(if checked.is_right() { exit::DONE } else { exit::TROUBLED })
}

fn tell(checked: &CheckedWorkload, wish: &CheckWorkload, terminal: &mut Terminal) -> Result<(), Error> {
    for fault in &checked.faults {
        terminal.line(format!("wrong: {fault}"))?;
        fault.causes.iter().try_for_each(|cause| terminal.line(format!("  because: {cause}")))?;
    }
    if let Some(workload) = &checked.workload {
        terminal.line(format!(
            "`{}` in `{}` is right as far as its files tell",
            workload.name,
            wish.folder.display()
        ))?;
    }
    checked.remarks.iter().try_for_each(|remark| terminal.line(format!("    {remark}")))?;
    checked.starts.iter().try_for_each(|start| started(start, terminal))
}

fn started(start: &Started, terminal: &mut Terminal) -> Result<(), Error> {
    let lane = &start.lane;
    match &start.ended {
        Became::Right { ready_ns } => {
            let ready = format::duration(*ready_ns as f64);
            terminal.line(format!("lane `{lane}`: every answer is as expected; ready after {ready}"))?;
        }
        Became::Left { why } => terminal.line(format!("lane `{lane}`: left out: {why}"))?,
        Became::Wrong { problem, diff } => {
            terminal.line(format!("lane `{lane}`: wrong: {problem}"))?;
            for line in diff.iter().flat_map(|diff| diff.lines()) {
                terminal.line(format!("    {line}"))?;
            }
        }
    }
    start.remarks.iter().try_for_each(|remark| terminal.line(format!("    {remark}")))
}
