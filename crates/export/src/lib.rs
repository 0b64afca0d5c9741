//! The forms in which a run, or runs set against a base run, can be handed on: one file and one line of the list for each.
//!
//! Forms for people show a [`plimsoll_report::Document`]; forms for programs are made from the figures.

mod bencher;
mod charts;
mod csv;
mod csv_summary;
mod exporter;
mod figures;
mod file;
mod github_action_benchmark;
mod hgrm;
mod hlog;
mod html;
mod hyperfine;
mod json;
mod json_text;
mod junit;
mod latencies;
mod markdown;
mod matter;
mod openmetrics;
mod report_json;
mod terminal;
mod versus_json;

pub use exporter::{About, ExportError, Exporter, Style};
pub use file::{ExportedFile, Gives};
pub use markdown::{sentence as markdown_sentence, table as markdown_table};
pub use matter::Matter;
pub use report_json::{REPORT_SCHEMA_VERSION, report_schema};
pub use versus_json::{VERSUS_SCHEMA_VERSION, versus_schema};

/// Every export format: first the one that is shown where none is asked for.
#[must_use]
pub fn exporters() -> &'static [&'static dyn Exporter] {
    &[
        &terminal::Terminal,
        &html::Html,
        &csv::Csv,
        &csv_summary::CsvSummary,
        &json::Json,
        &report_json::ReportJson,
        &markdown::Markdown,
        charts::SVG,
        charts::PNG,
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
    let mut with = exporters().iter().copied().filter(|found| found.about().extension == ending);
    match (exporter(&ending), with.next(), with.next()) {
        (Some(named), ..) if named.about().extension == ending => Some(named),
        (_, Some(only), None) => Some(only),
        _ => None,
    }
}
