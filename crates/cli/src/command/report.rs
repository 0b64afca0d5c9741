use plimsoll_app::{Error, HandOn};

use crate::exit;
use crate::notes::note_on_stderr;
use crate::output::Terminal;

pub(super) fn run(wish: &HandOn, terminal: &mut Terminal) -> Result<u8, Error> {
    let handed = wish.run()?;
    for note in &handed.notes {
        note_on_stderr(note);
    }
    for file in &handed.files {
        terminal.line(file.display())?;
    }
    Ok(exit::DONE)
}
