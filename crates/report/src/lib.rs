//! Tables, charts and exports of a run.

pub mod chart;
mod export;
pub mod format;
pub mod notes;
mod report;
pub mod sheet;

pub use export::{ExportError, Exporter, Style, exporter, exporters};
pub use report::Report;
