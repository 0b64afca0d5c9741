use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_app::outfile::{self, Existing};
use plimsoll_app::{
    Bench, Cancel, Criteria, Error, Finished, HandOn, Judged, Registry, Report, Style, exporter,
};

use super::gate;
use super::unable::unable;
use crate::arguments::BenchArguments;
use crate::notes::note_on_stderr;
use crate::output::Terminal;
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: BenchArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let BenchArguments { plan, gate, output, targets, force, machine } = arguments;
    let places = plan.places(data_folder.clone());
    let held = gate.request(places.clone()).read()?;
    let bench = gate.apply(held.plan(plan.request(data_folder)));
    let existing = Existing::replaced_if(force);
    let exported = targets.iter().map(|target| &target.path).filter(|path| !path.is_dir());
    // Before minutes of measuring, not after.
    output.iter().chain(&gate.decisions).chain(exported).try_for_each(|path| existing.check(path))?;

    let registry = Registry::of(&bench.places);
    let finished = measure(&bench, &registry, gate.ci, terminal).await?;
    if let Some(target) = &output {
        copy(&finished, target, existing)?;
    }
    let judged = gate.is_asked_for().then(|| judge(&held, &finished)).transpose()?;
    export(&finished, if machine.json { "json" } else { "table" }, terminal)?;
    if !machine.json {
        terminal.line(format!("Run file: {}", finished.path.display()))?;
    }
    if !targets.is_empty() {
        let runs = vec![finished.path.to_string_lossy().into_owned()];
        for file in (HandOn { runs, targets, force, baseline: None, places }).run()?.files {
            note_on_stderr(&format!("wrote `{}`", file.display()));
        }
    }
    if let Some(judged) = &judged {
        gate::tell(judged, &gate, existing, machine.json, terminal)?;
        gate::summarise(&finished.run, judged, &gate)?;
    }
    match &judged {
        Some(judged) if judged.is_broken() => Ok(exit::REGRESSION),
        _ => Ok(exit::code_of_run(&finished.run, gate.invalid_milli())),
    }
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
    outfile::write(target, &bytes, existing).map(|_| ()).map_err(|error| kept(finished, error))
}

/// A run that can't be judged has still been measured.
fn judge(held: &Criteria, finished: &Finished) -> Result<Judged, Error> {
    held.judge(&finished.run).map_err(|error| kept(finished, error))
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
