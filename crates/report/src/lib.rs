//! Tables, charts, verdicts and exports of a run.

pub mod chart;
mod export;
pub mod format;
pub mod notes;
mod report;
pub mod sheet;
mod verdict;

pub use export::{ExportError, Exporter, Style, exporter, exporters};
pub use report::Report;
pub use verdict::{About, Clause, Sentence, Sure, verdict_of, verdicts};
