//! Runs and workloads as tables.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use plimsoll_app::{Error, List, Listing, State, Workloads, format};
use plimsoll_model::{EndReason, Form, Slug};

use crate::exit;
use crate::output::Terminal;

pub(super) fn runs(list: &List, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let kept = list.run()?;
    if json {
        return terminal.json(&kept).map(|()| exit::DONE);
    }
    if kept.is_empty() {
        return terminal.line("no runs yet: `plimsoll bench` makes one").map(|()| exit::DONE);
    }
    let mut table =
        table(&["run", "began (UTC)", "state", "trials", "troubled", "workloads", "lanes", "size"], terminal);
    for row in kept.iter().filter_map(|kept| kept.run.as_ref()) {
        table.add_row([
            row.id.to_string(),
            row.started_at.strftime("%Y-%m-%d %H:%M").to_string(),
            state(row),
            row.trials.to_string(),
            row.troubled.to_string(),
            names(&row.workloads),
            names(&row.lanes),
            format::bytes(row.bytes as f64),
        ]);
    }
    // What one copies into the next command is whole.
    if let Some(run) = table.column_mut(0) {
        run.set_constraint(ColumnConstraint::ContentWidth);
    }
    print(&table, terminal)?;
    broken(kept.iter().filter_map(|kept| kept.error.as_ref()), terminal)
}

pub(super) fn workloads(workloads: &Workloads, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let entries = workloads.run()?;
    if json {
        return terminal.json(&entries).map(|()| exit::DONE);
    }
    if entries.is_empty() {
        let none = workloads.none()?;
        let told = none.hint.iter().fold(none.message.clone(), |told, hint| format!("{told}: {hint}"));
        return terminal.line(told).map(|()| exit::DONE);
    }
    let header = ["workload", "kind", "WebAssembly", "image", &Form::Binary.to_string(), "summary"];
    let mut table = table(&header, terminal);
    for row in entries.iter().filter_map(|entry| entry.workload.as_ref()) {
        table.add_row([
            row.name.to_string(),
            row.kind.as_str().to_owned(),
            if row.component.is_some() { "there" } else { "none" }.to_owned(),
            match (&row.image, &row.native) {
                (Some(image), _) => image.clone(),
                (None, Some(_)) => "of the binary".to_owned(),
                (None, None) => "none".to_owned(),
            },
            match (&row.native, row.native_built) {
                (None, _) => "none",
                (Some(_), true) => "built",
                (Some(_), false) => "not built",
            }
            .to_owned(),
            row.summary.clone(),
        ]);
    }
    print(&table, terminal)?;
    broken(entries.iter().filter_map(|entry| entry.error.as_ref()), terminal)
}

fn state(listing: &Listing) -> String {
    let elsewhere = if listing.origin.is_some() { " elsewhere" } else { "" };
    format!("{}{elsewhere}", end(listing))
}

fn end(listing: &Listing) -> &'static str {
    match (listing.state, listing.end) {
        (State::Running, _) => "running",
        (State::Unfinished, _) => "unfinished",
        (State::Finished, Some(EndReason::Completed)) => "completed",
        (State::Finished, Some(EndReason::Interrupted)) => "interrupted",
        (State::Finished, Some(EndReason::Aborted) | None) => "aborted",
    }
}

fn names(slugs: &[Slug]) -> String {
    slugs.iter().map(Slug::as_str).collect::<Vec<_>>().join(" ")
}

fn table(header: &[&str], terminal: &Terminal) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(terminal.style().width).set_header(header.iter().copied());
    table
}

fn broken<'a>(errors: impl Iterator<Item = &'a Error>, terminal: &mut Terminal) -> Result<u8, Error> {
    for error in errors {
        terminal.line(format!("left out: {error}"))?;
        for cause in &error.causes {
            terminal.line(format!("  because: {cause}"))?;
        }
    }
    Ok(exit::DONE)
}

fn print(table: &Table, terminal: &mut Terminal) -> Result<(), Error> {
    if table.row_count() == 0 {
        return Ok(());
    }
    // Each line begins with a cell's margin; more blanks stand for the cells before it.
    table.lines().try_for_each(|line| terminal.line(line.strip_prefix(' ').unwrap_or(&line).trim_end()))
}
