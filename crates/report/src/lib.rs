//! Tables and exports of a run.

mod export;
pub mod format;
mod report;

pub use export::{ExportError, Exporter, Style, exporter, exporters};
pub use report::Report;
