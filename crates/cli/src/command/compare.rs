use plimsoll_app::{Error, Places};

use crate::arguments::CompareArguments;
use crate::exit;
use crate::notes::note_on_stderr;
use crate::output::Terminal;

pub(super) fn run(wish: &CompareArguments, places: Places, terminal: &mut Terminal) -> Result<u8, Error> {
    let compared = wish.request(places).run()?;
    for note in &compared.notes {
        note_on_stderr(note);
    }
    let handed = compared.write(&wish.targets, wish.force)?;
    for note in &handed.notes {
        note_on_stderr(note);
    }
    for file in &handed.files {
        note_on_stderr(&format!("wrote `{}`", file.display()));
    }
    if let Some(form) = wish.format.exporter() {
        let style = terminal.style();
        form.write_comparison(&compared.versus(), style, terminal)?;
    }
    Ok(exit::DONE)
}
