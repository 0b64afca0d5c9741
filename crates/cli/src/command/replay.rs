use plimsoll_app::{Cancel, Code, Error, Places, Registry, Replay};

use super::bench::export;
use crate::arguments::ReplayArguments;
use crate::notes::note_on_stderr;
use crate::output::Terminal;
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: ReplayArguments,
    places: Places,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let ReplayArguments { capsule, again, trust_native, machine } = arguments;
    let registry = Registry::on_this_machine(&places).await;
    let replay = Replay { capsule, again, trust_native, places }.open(&registry)?;
    for note in replay.notes() {
        note_on_stderr(note);
    }
    let cancel = Cancel::new();
    interrupt::listen(cancel.clone()).map_err(|error| Error {
        code: Code::Environment,
        message: "could not listen for Ctrl-C".to_owned(),
        causes: vec![error.to_string()],
        hint: None,
    })?;
    let drawn = progress::sink(replay.trials(), terminal.colours_progress(), false);
    let ended = replay.run(&registry, drawn.as_ref(), &cancel).await;
    // The display is taken down before anything else is written.
    drop(drawn);
    let finished = ended?;
    export(&finished, if machine.json { "json" } else { "table" }, terminal)?;
    if !machine.json {
        terminal.line(format!("Run file: {}", finished.path.display()))?;
    }
    Ok(exit::code_of_run(&finished.run, 0))
}
