//! The forms in which a report can be handed on: one file and one line of the list for each.

mod bencher;
mod charts;
mod csv;
pub(crate) mod csv_summary;
mod figures;
mod file;
mod github_action_benchmark;
mod hgrm;
mod hlog;
pub(crate) mod html;
mod hyperfine;
pub(crate) mod json;
mod junit;
mod latencies;
pub(crate) mod markdown;
mod openmetrics;
mod report_json;
pub(crate) mod table;

use std::io::Write;

use hdrhistogram::serialization::V2DeflateSerializeError;
use plimsoll_analysis::LaneSummary;
use plimsoll_chart::ChartError;

use crate::Report;

pub use file::{ExportedFile, Gives};
pub use report_json::{REPORT_SCHEMA_VERSION, report_schema};

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
    /// A chart could not be drawn.
    #[error("could not draw a chart")]
    Chart(#[from] ChartError),
    /// A distribution could not be put into HdrHistogram's encoding.
    #[error("could not encode the latencies of `{lane}` as an HdrHistogram: export `csv` instead")]
    Histogram {
        /// Workload and lane.
        lane: String,
        /// The cause.
        #[source]
        source: V2DeflateSerializeError,
    },
    /// The format does not go into one file.
    #[error("`{slug}` gives a file for each {each}: export it to a folder")]
    SeveralFiles {
        /// The format.
        slug: &'static str,
        /// What there is a file for.
        each: &'static str,
    },
}

/// One form in which a report can be handed on.
pub trait Exporter: Sync {
    /// Stable name, e.g. `csv`: the command line's flag.
    fn slug(&self) -> &'static str;

    /// What a menu calls it, unlike any other form there.
    fn title(&self) -> &'static str;

    /// What it gives, in a few words: the flag's help.
    fn summary(&self) -> &'static str;

    /// Usual ending of its files, without the dot.
    fn extension(&self) -> &'static str;

    /// How many files it gives.
    fn gives(&self) -> Gives {
        Gives::OneFile
    }

    /// Writes the report as one file, bit by bit.
    ///
    /// # Errors
    /// When the target does not take it, and where the format gives several files.
    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError>;

    /// Every file of the report, in memory: one where the format gives one; none where it gives a file for each of
    /// something that the run has none of.
    ///
    /// # Errors
    /// When one of them can't be made.
    fn files(&self, report: &Report<'_>, style: Style) -> Result<Vec<ExportedFile>, ExportError> {
        let mut bytes = Vec::new();
        self.write(report, style, &mut bytes)?;
        Ok(vec![ExportedFile { part: None, extension: self.extension(), bytes }])
    }
}

/// Every export format: first the one that is shown where none is asked for.
#[must_use]
pub fn exporters() -> &'static [&'static dyn Exporter] {
    &[
        &table::Terminal,
        &html::Html,
        &csv::Csv,
        &csv_summary::CsvSummary,
        &json::Json,
        &report_json::ReportJson,
        &markdown::Markdown,
        &charts::Svg,
        &charts::Png,
        &hgrm::Hgrm,
        &hlog::Hlog,
        &hyperfine::Hyperfine,
        &bencher::Bencher,
        &github_action_benchmark::GithubActionBenchmark,
        &junit::Junit,
        &openmetrics::OpenMetrics,
    ]
}

/// The export format of this name.
#[must_use]
pub fn exporter(slug: &str) -> Option<&'static dyn Exporter> {
    exporters().iter().copied().find(|found| found.slug() == slug)
}

/// The export format of a file with this ending, in any case: the one that is named like it (`json`, `csv`), or the
/// only one that has it. `None` where it is not clear.
#[must_use]
pub fn exporter_of_ending(ending: &str) -> Option<&'static dyn Exporter> {
    let ending = ending.to_ascii_lowercase();
    let mut with = exporters().iter().copied().filter(|found| found.extension() == ending);
    match (exporter(&ending), with.next(), with.next()) {
        (Some(named), ..) if named.extension() == ending => Some(named),
        (_, Some(only), None) => Some(only),
        _ => None,
    }
}

/// A lane as others' tools name it: `json-api/wasmtime`, however many arms it was measured in, so that a history by name
/// goes on.
fn lane_name(lane: &LaneSummary, between: &str) -> String {
    format!("{}{between}{}", lane.case, lane.lane)
}
