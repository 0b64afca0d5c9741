//! Telling what a run was held against: in the log, for machines, and as a summary.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use plimsoll_app::outfile::{self, Existing};
use plimsoll_app::{Error, ExportError, Judged, Ruling, Style, exporter};
use plimsoll_model::Run;

use super::unable::unable;
use crate::arguments::GateArguments;
use crate::notes::note_on_stderr;
use crate::output::Terminal;

/// The variable in which GitHub's runner names the file of a job's summary.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// Writes what was decided into the file that is named for it.
pub(super) fn decide(judged: &Judged, gate: &GateArguments, existing: Existing) -> Result<(), Error> {
    let Some(path) = &gate.decisions else { return Ok(()) };
    let told =
        serde_json::to_vec_pretty(judged).map_err(|error| unable("write what was decided", &error.into()))?;
    outfile::write(path, &told, existing).map(|_| ())
}

/// Tells comparisons, and the budgets that are broken; with `--explain` all of them. For machines only the file is
/// written, so that standard output stays one document.
pub(super) fn tell(
    judged: &Judged,
    gate: &GateArguments,
    json: bool,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    for note in &judged.notes {
        note_on_stderr(note);
    }
    let below_floor = judged.decisions.iter().filter(|decision| decision.below_floor.is_some()).count();
    if below_floor > 0 {
        note_on_stderr(&format!(
            "{below_floor} budgets lie below the noise floor, which holds in their place: `--explain` says which"
        ));
    }
    let told = judged
        .decisions
        .iter()
        .filter(|it| gate.explain || matches!(it.outcome, Ruling::Broken | Ruling::Unanswered));
    if json {
        told.for_each(|decision| note_on_stderr(&decision.to_string()));
        return Ok(());
    }
    for compared in &judged.compared {
        let style = terminal.style();
        exporter("table")
            .map_or(Ok(()), |form| form.write_comparison(&compared.versus(), style, terminal))?;
    }
    for decision in told {
        terminal.line(decision)?;
    }
    if !judged.decisions.is_empty() {
        terminal.line(counted(judged))?;
    }
    Ok(())
}

fn counted(judged: &Judged) -> String {
    let count = |outcome| judged.decisions.iter().filter(|decision| decision.outcome == outcome).count();
    let [kept, undecided, broken] = [Ruling::Kept, Ruling::Undecided, Ruling::Broken].map(count);
    let unanswered = count(Ruling::Unanswered);
    let mistaken = if unanswered > 0 {
        format!(", {unanswered} about nothing that was measured")
    } else {
        String::new()
    };
    format!("Budgets: {kept} kept, {undecided} undecided, {broken} broken{mistaken}")
}

/// The file that CI names for a summary, where it is asked for and names one.
pub(super) fn summary_file(gate: &GateArguments) -> Option<PathBuf> {
    let named = std::env::var_os(SUMMARY_VARIABLE).filter(|name| gate.ci && !name.is_empty());
    named.map(PathBuf::from)
}

/// Adds a summary in Markdown to the file that CI names, where it names one. Where it takes none that is noted: nobody
/// asked for it by a word of the command.
pub(super) fn summarise(run: &Run, judged: &Judged, gate: &GateArguments) {
    let Some(path) = summary_file(gate) else { return };
    let added = summary(run, judged).and_then(|text| {
        // A pipe would be waited for.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no ordinary file").into());
        }
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        Ok(opened.and_then(|mut file| file.write_all(&text))?)
    });
    if let Err(error) = added {
        note_on_stderr(&format!(
            "could not add the summary to `{}` ({SUMMARY_VARIABLE}): {error}",
            path.display()
        ));
    }
}

fn summary(run: &Run, judged: &Judged) -> Result<Vec<u8>, ExportError> {
    let mut text = Vec::new();
    let style = Style::default();
    if !judged.decisions.is_empty() {
        text.extend_from_slice(judged.markdown().as_bytes());
    }
    for compared in &judged.compared {
        exporter("markdown")
            .map_or(Ok(()), |form| form.write_comparison(&compared.versus(), style, &mut text))?;
        text.extend_from_slice(b"\n");
    }
    let report = plimsoll_app::Report::of(run);
    exporter("markdown").map_or(Ok(()), |form| form.write(&report, style, &mut text))?;
    text.extend_from_slice(b"\n");
    Ok(text)
}
