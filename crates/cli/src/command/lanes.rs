//! The lanes, each with what it is and whether it runs here.

use plimsoll_app::{Error, Lanes, ListedLane, Registry};
use plimsoll_model::{Availability, Slug};

use crate::arguments::LanesArguments;
use crate::output::Terminal;
use crate::{exit, interrupt};

pub(super) async fn run(
    arguments: LanesArguments,
    places: plimsoll_app::Places,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    interrupt::unless_stopped(list(arguments, places, terminal)).await
}

async fn list(
    arguments: LanesArguments,
    places: plimsoll_app::Places,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let registry = Registry::on_this_machine(&arguments.own.places(places)).await;
    if let Some(lane) = &arguments.explain {
        return explain(&registry, lane, arguments.machine.json, terminal).await;
    }
    let listed = Lanes { lanes: arguments.lanes }.run(&registry).await?;
    if arguments.machine.json {
        return terminal.json(&listed).map(|()| exit::DONE);
    }
    let widest = listed.iter().map(|lane| lane.lane.as_str().len()).max().unwrap_or_default();
    let mut family = None;
    for lane in &listed {
        if family != Some(&lane.family) {
            if family.is_some() {
                terminal.line("")?;
            }
            terminal.line(&lane.family)?;
            family = Some(&lane.family);
        }
        tell(lane, widest, terminal)?;
    }
    terminal.line("")?;
    terminal.line(counted(&listed))?;
    Ok(exit::DONE)
}

fn counted(listed: &[ListedLane]) -> String {
    let usable = |lane: &&ListedLane| matches!(lane.here, Availability::Available { .. });
    let here = listed.iter().filter(usable).count();
    format!(
        "{here} of {} run here. `plimsoll lanes --explain LANE` shows what one stands for, `plimsoll bench --lane` takes \
         names, patterns (`docker+*`) and sets (`@ladder`).",
        listed.len()
    )
}

fn tell(lane: &ListedLane, widest: usize, terminal: &mut Terminal) -> Result<(), Error> {
    let colour = terminal.style().colour;
    let painted = |word: &str, code: &str| {
        if colour { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word.to_owned() }
    };
    let sets: Vec<&str> = lane.sets.iter().map(String::as_str).filter(|set| is_told(set)).collect();
    let sets = if sets.is_empty() { String::new() } else { format!("  {}", sets.join(" ")) };
    let name = format!("{:widest$}", lane.lane.as_str());
    match &lane.here {
        Availability::Available { .. } => {
            terminal.line(format!("  {}  {name}  {}{sets}", painted("runs", "32"), lane.starts))
        }
        Availability::Unavailable { problem, remedy } => {
            terminal.line(format!("  {}    {name}  {}{sets}", painted("no", "33"), lane.starts))?;
            terminal.line(format!("        {:widest$}  {problem}", ""))?;
            if remedy.is_empty() {
                return Ok(());
            }
            terminal.line(format!("        {:widest$}  way out: {remedy}", ""))
        }
    }
}

/// Which sets a reader can't see by the family.
fn is_told(set: &str) -> bool {
    matches!(set, "@fair" | "@ladder" | "@own")
}

async fn explain(registry: &Registry, lane: &Slug, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let explained = Lanes::explain(registry, lane).await?;
    if json {
        return terminal.json(&explained).map(|()| exit::DONE);
    }
    let listed = &explained.listed;
    terminal.line(format!("{}: {}", listed.lane, listed.starts))?;
    terminal.line(&listed.summary)?;
    match &listed.here {
        Availability::Available { detail } => terminal.line(format!("Here: {detail}"))?,
        Availability::Unavailable { problem, remedy } => {
            terminal.line(format!("Not here: {problem}"))?;
            terminal.line(format!("way out: {remedy}"))?;
        }
    }
    for line in explained.written() {
        terminal.line(line)?;
    }
    terminal.line(format!("in {}", listed.sets.join(" ")))?;
    terminal.line("")?;
    for unequal in &explained.unequal {
        terminal.line(format!("- {unequal}"))?;
    }
    if !explained.by_hand.is_empty() {
        terminal.line("")?;
        terminal.line("By hand, under the usual limits:")?;
        terminal.line("")?;
        for line in &explained.by_hand {
            terminal.line(format!("    {line}"))?;
        }
    }
    Ok(exit::DONE)
}
