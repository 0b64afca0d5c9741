use plimsoll_app::{Error, Opposing, Show, Shown, State};

use crate::arguments::{Format, OfRun};
use crate::exit;
use crate::notes::note_on_stderr;
use crate::output::Terminal;

pub(super) fn run(
    show: &Show,
    format: &Format<OfRun>,
    versus: &Opposing,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    shown(&show.run()?, format, versus, terminal)
}

/// Shows what was opened.
pub(super) fn shown(
    shown: &Shown,
    format: &Format<OfRun>,
    versus: &Opposing,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let report = shown.report(versus)?;
    for note in &shown.notes {
        note_on_stderr(note);
    }
    match shown.state {
        State::Finished => {}
        State::Running => note_on_stderr("this run still goes on: what follows is as far as it came"),
        State::Unfinished => {
            note_on_stderr("this run was ended before it could finish: what follows is as far as it came");
        }
    }
    if let Some(exporter) = format.exporter() {
        let style = terminal.style();
        exporter.write(&report, style, terminal)?;
    }
    Ok(exit::DONE)
}
