//! The forms in which a report can be handed on: one file and one line of the list for each.

mod csv;
mod html;
mod json;
pub(crate) mod markdown;
mod table;

use std::io::Write;

use crate::Report;

/// How a text export is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns that are free.
    pub width: u16,
    /// Whether to colour with ANSI sequences.
    pub colour: bool,
    /// Whether what every run says alike is left to `plimsoll show`.
    pub brief: bool,
}

impl Default for Style {
    /// 120 columns, no colour, everything.
    fn default() -> Self {
        Self { width: 120, colour: false, brief: false }
    }
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It could not be written.
    #[error("could not write the export: check that the target still takes data")]
    Write(#[from] std::io::Error),
    /// It could not be put into JSON.
    #[error("could not write the run as JSON")]
    Json(#[from] serde_json::Error),
    /// It could not be put into CSV.
    #[error("could not write the samples as CSV")]
    Csv(#[from] ::csv::Error),
}

/// One form in which a report can be handed on.
pub trait Exporter: Sync {
    /// Stable name, e.g. `csv`: the command line's flag.
    fn slug(&self) -> &'static str;

    /// What it gives, in a few words: the flag's help and the menu's text.
    fn summary(&self) -> &'static str;

    /// Usual ending of its files, without the dot.
    fn extension(&self) -> &'static str;

    /// Writes the report.
    ///
    /// # Errors
    /// When the target does not take it.
    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError>;
}

/// Every export format.
#[must_use]
pub fn exporters() -> &'static [&'static dyn Exporter] {
    &[&table::Terminal, &csv::Csv, &json::Json, &markdown::Markdown, &html::Html]
}

/// The export format of this name.
#[must_use]
pub fn exporter(slug: &str) -> Option<&'static dyn Exporter> {
    exporters().iter().copied().find(|found| found.slug() == slug)
}
