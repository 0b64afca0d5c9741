//! The forms in which runs set against a base run are handed on: one file and one line of the list for each.

mod html;
mod json;
mod markdown;
mod table;

use std::io::Write;

pub use self::json::{VERSUS_SCHEMA_VERSION, versus_schema};
use super::Versus;
use crate::{ExportError, Style};

/// Most new runs of which a text shows every figure: of more, a row each.
const MOST_WHOLE: usize = 3;

/// One form in which runs set against a base run can be handed on.
pub trait VersusForm: Sync {
    /// Stable name, e.g. `markdown`, as the export format of a run that is like it.
    fn slug(&self) -> &'static str;

    /// What a menu calls it, unlike any other form there.
    fn title(&self) -> &'static str;

    /// What it gives, in a few words: the flag's help.
    fn summary(&self) -> &'static str;

    /// Usual ending of its file, without the dot.
    fn extension(&self) -> &'static str;

    /// Writes it as one file.
    ///
    /// # Errors
    /// When the target does not take it.
    fn write(&self, versus: &Versus<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError>;
}

/// Every form: first the one that is shown where none is asked for.
#[must_use]
pub fn versus_forms() -> &'static [&'static dyn VersusForm] {
    &[&table::Terminal, &html::Html, &markdown::Markdown, &json::Json]
}

/// The form of this name.
#[must_use]
pub fn versus_form(slug: &str) -> Option<&'static dyn VersusForm> {
    versus_forms().iter().copied().find(|found| found.slug() == slug)
}

/// The form of a file with this ending, in any case.
#[must_use]
pub fn versus_form_of_ending(ending: &str) -> Option<&'static dyn VersusForm> {
    let ending = ending.to_ascii_lowercase();
    versus_forms().iter().copied().find(|found| found.extension() == ending)
}

/// What stands for rows that are left out of an overview.
fn left_out(rows: usize) -> String {
    format!("Left out: {rows} more runs. Those in which a difference is called are kept before others.")
}
