//! Packing a run into a capsule, and opening one.

use std::path::PathBuf;

use plimsoll_app::{Error, Open, Pack, Places, format};

use super::show::shown;
use crate::arguments::{OpenArguments, PackArguments};
use crate::exit;
use crate::notes::note_on_stderr;
use crate::output::Terminal;

pub(super) fn pack(
    arguments: PackArguments,
    data_folder: Option<PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let PackArguments { run, output, force, without_workloads, folders, machine } = arguments;
    let places = folders.places(data_folder);
    let packed = Pack { run, target: output, replace: force, without_workloads, places }.run()?;
    if machine.json {
        return terminal.json(&packed).map(|()| exit::DONE);
    }
    for note in &packed.notes {
        note_on_stderr(note);
    }
    let held = match packed.workloads.as_slice() {
        [] => "without workloads: it can be opened, but not replayed".to_owned(),
        names => {
            format!("with {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
    };
    terminal.line(format!("packed run {} {held}", packed.run))?;
    let size = format::bytes(packed.bytes as f64);
    terminal.line(format!("Capsule: {} ({size}, {} files)", packed.path.display(), packed.entries.len()))?;
    terminal.line(format!("SHA-256: {}", packed.sha256))?;
    Ok(exit::DONE)
}

pub(super) fn open(arguments: OpenArguments, places: Places, terminal: &mut Terminal) -> Result<u8, Error> {
    let OpenArguments { capsule, format, versus, no_keep } = arguments;
    let opened = Open { capsule, keep: !no_keep, places }.run()?;
    let code = shown(&opened.shown, &format, &versus.into(), terminal)?;
    if opened.kept.is_some() {
        note_on_stderr(&format!(
            "the run is kept here: `plimsoll show {}` shows it again",
            opened.shown.run.id
        ));
    }
    Ok(code)
}
