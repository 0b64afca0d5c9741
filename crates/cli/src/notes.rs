//! What is said beside an answer.

use std::io::{self, Write as _};

use plimsoll_app::format::plain;

/// Beside the export, which may be for machines.
pub(crate) fn note_on_stderr(note: &str) {
    let _ = writeln!(io::stderr(), "note: {}", plain(note));
}
