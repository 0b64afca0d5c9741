//! Tables, verdicts and exports of a run, and of runs set against a base run.

mod export;
pub mod notes;
mod report;
pub mod sheet;
mod verdict;
pub mod versus;

pub use export::markdown::sentence as markdown_sentence;
pub use export::{
    ExportError, ExportedFile, Exporter, Gives, REPORT_SCHEMA_VERSION, Style, exporter, exporter_of_ending,
    exporters, report_schema,
};
pub use report::Report;
pub use verdict::{About, Clause, Sentence, Sure, verdict_of, verdicts};
