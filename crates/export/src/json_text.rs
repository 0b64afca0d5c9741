//! JSON as text that no terminal takes for a command.

use std::io::{self, Write};

use plimsoll_format::is_command;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::exporter::ExportError;

/// Writes one JSON document and a line end.
pub(crate) fn document(value: &impl Serialize, out: &mut dyn Write) -> Result<(), ExportError> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    Ok(writeln!(out)?)
}

/// Compact JSON that also escapes what a terminal could take for a command: JSON itself lets U+007F to U+009F stand, and
/// what turns the direction of text.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_command(*letter)) {
            let (before, after) = rest.split_at(at);
            write!(out, "{before}\\u{:04x}", u32::from(letter))?;
            rest = after.get(letter.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}
