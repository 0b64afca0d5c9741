use std::fs;
use std::io;
use std::path::PathBuf;

use plimsoll_app::{Cancel, Code, Error, Finished, Report, Style, exporter};

use crate::arguments::BenchArguments;
use crate::output::Terminal;
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: BenchArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let json = arguments.machine.json;
    let output = arguments.output.clone();
    let bench = arguments.request(data_folder);
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| unable("listen for Ctrl-C", &error))?;

    let drawn = progress::sink(bench.trials(), terminal.colours_progress());
    let ended = bench.run(drawn.as_ref(), &cancel).await;
    // The display is taken down before anything else is written.
    drop(drawn);
    let finished = ended?;

    if let Some(target) = &output {
        fs::copy(&finished.path, target).map_err(|error| Error {
            hint: Some(format!("the run is kept in `{}`", finished.path.display())),
            ..unable(&format!("write `{}`", target.display()), &error)
        })?;
    }
    export(&finished, if json { "json" } else { "table" }, terminal)?;
    if !json {
        terminal.line(format!("Run file: {}", finished.path.display()))?;
    }
    Ok(exit::code_of_run(&finished.run))
}

pub(super) fn export(finished: &Finished, format: &str, terminal: &mut Terminal) -> Result<(), Error> {
    let report = Report::of(&finished.run);
    let style = Style { brief: true, ..terminal.style() };
    exporter(format).map_or(Ok(()), |exporter| exporter.write(&report, style, terminal))?;
    Ok(())
}

fn unable(what: &str, error: &io::Error) -> Error {
    Error {
        code: Code::Environment,
        message: format!("could not {what}"),
        causes: vec![error.to_string()],
        hint: None,
    }
}
