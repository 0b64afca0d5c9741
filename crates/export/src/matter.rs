//! What can be handed on.

use plimsoll_report::Report;
use plimsoll_report::versus::Versus;

use crate::exporter::{ExportError, Exporter, Style};
use crate::file::{ExportedFile, Gives};

/// A run, or runs set against a base run: whoever hands on either need not know which.
#[derive(Clone, Copy, Debug)]
pub enum Matter<'a> {
    /// A run.
    Run(&'a Report<'a>),
    /// Runs set against a base run.
    Comparison(&'a Versus<'a>),
}

impl Matter<'_> {
    /// What its files are called where nobody names one, without an ending.
    #[must_use]
    pub fn file_stem(&self) -> String {
        match self {
            Self::Run(report) => report.run.id.to_string(),
            Self::Comparison(versus) => versus.file_stem(),
        }
    }

    /// How many files there are of it in a form.
    #[must_use]
    pub fn gives(&self, form: &dyn Exporter) -> Gives {
        match self {
            Self::Run(_) => form.gives(),
            Self::Comparison(_) => form.gives_of_comparison(),
        }
    }

    /// Its files in a form, in memory.
    ///
    /// # Errors
    /// When one of them can't be made.
    pub fn files(&self, form: &dyn Exporter, style: Style) -> Result<Vec<ExportedFile>, ExportError> {
        match self {
            Self::Run(report) => form.files(report, style),
            Self::Comparison(versus) => form.files_of_comparison(versus, style),
        }
    }
}
