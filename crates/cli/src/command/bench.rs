use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_app::outfile::{self, Existing};
use plimsoll_app::{
    Bench, Cancel, Error, Finished, HandOn, Opposing, Registry, Report, Style, exporter, probe,
};

use super::gate;
use super::unable::unable;
use crate::arguments::BenchArguments;
use crate::notes::note_on_stderr;
use crate::output::{Terminal, report_error};
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: BenchArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let BenchArguments { plan, gate, output, targets, force, machine } = arguments;
    let places = plan.places(data_folder.clone());
    let held = gate.request(places.clone()).read()?;
    let bench = gate.apply(held.plan(plan.request(data_folder)?));
    let existing = Existing::replaced_if(force);
    // Before minutes of measuring, not after.
    let others: Vec<&Path> = output.iter().chain(&gate.decisions).map(PathBuf::as_path).collect();
    probe(&targets, &others, gate::summary_file(&gate).as_deref(), existing)?;

    let registry = Registry::on_this_machine(&bench.places).await;
    held.check(&bench, &registry)?;
    let finished = measure(&bench, &registry, gate.ci, terminal).await?;
    // Whatever fails from here on, the rest is done, and a regression stays one.
    let mut failed = Vec::new();
    let mut note = |done: Result<(), Error>| failed.extend(done.err());
    if let Some(target) = &output {
        note(copy(&finished, target, existing));
    }
    let judged = gate.is_asked_for().then(|| held.judge(&finished.run)).transpose();
    let judged = judged.unwrap_or_else(|error| {
        note(Err(error));
        None
    });
    note(tell(&finished, machine.json, terminal));
    if !targets.is_empty() {
        let runs = vec![finished.path.clone()];
        note((HandOn { runs, targets, force, versus: Opposing::default(), places }).run().map(|handed| {
            handed.files.iter().for_each(|file| note_on_stderr(&format!("wrote `{}`", file.display())));
        }));
    }
    if let Some(judged) = &judged {
        note(gate::decide(judged, &gate, existing));
        note(gate::tell(judged, &gate, machine.json, terminal));
        gate::summarise(&finished.run, judged, &gate);
    }
    let code = match (&judged, exit::code_of_finished(&finished, gate.invalid_milli())) {
        (Some(judged), _) if judged.is_broken() => exit::REGRESSION,
        // Where something failed, that is why nothing is there.
        (Some(judged), exit::DONE) if judged.is_mistaken() => {
            note_on_stderr("exit code 2: nothing that was measured is what a budget is about");
            exit::USAGE
        }
        (_, code) => code,
    };
    let Some(last) = failed.pop() else { return Ok(code) };
    failed.iter().for_each(|error| report_error(error, machine.json, terminal));
    let last = kept(&finished, last);
    if code == exit::DONE {
        return Err(last);
    }
    report_error(&last, machine.json, terminal);
    Ok(code)
}

/// Shows the run.
fn tell(finished: &Finished, json: bool, terminal: &mut Terminal) -> Result<(), Error> {
    export(finished, if json { "json" } else { "table" }, terminal)?;
    if !json {
        terminal.line(format!("Run file: {}", finished.path.display()))?;
    }
    Ok(())
}

async fn measure(
    bench: &Bench,
    registry: &Registry,
    plain: bool,
    terminal: &Terminal,
) -> Result<Finished, Error> {
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| unable("listen for Ctrl-C", &error))?;
    // Taken down before anything else is written.
    let drawn = progress::sink(bench.trials(), terminal.colours_progress(), plain);
    bench.run(registry, drawn.as_ref(), &cancel).await
}

fn copy(finished: &Finished, target: &Path, existing: Existing) -> Result<(), Error> {
    let bytes = fs::read(&finished.path)
        .map_err(|error| unable(&format!("read `{}`", finished.path.display()), &error))?;
    outfile::write(target, &bytes, existing).map(|_| ())
}

/// An error after measuring, with where what was measured is.
fn kept(finished: &Finished, error: Error) -> Error {
    let kept = format!("the run is kept in `{}`", finished.path.display());
    Error { hint: Some(error.hint.map_or(kept.clone(), |hint| format!("{hint}; {kept}"))), ..error }
}

pub(super) fn export(finished: &Finished, format: &str, terminal: &mut Terminal) -> Result<(), Error> {
    let report = Report::of(&finished.run);
    let style = Style { brief: true, ..terminal.style() };
    exporter(format).map_or(Ok(()), |exporter| exporter.write(&report, style, terminal))?;
    Ok(())
}
