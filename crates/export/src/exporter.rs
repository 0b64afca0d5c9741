//! What every form is.

use std::io::Write;

use hdrhistogram::serialization::V2DeflateSerializeError;
use plimsoll_analysis::LaneSummary;
use plimsoll_chart::ChartError;
use plimsoll_report::Report;
use plimsoll_report::versus::Versus;

use crate::file::{ExportedFile, Gives};

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

/// What a form is called and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Stable name, e.g. `csv`: the command line's flag.
    pub slug: &'static str,
    /// What a menu calls it, unlike any other form there.
    pub title: &'static str,
    /// What it gives, in a few words: the flag's help.
    pub summary: &'static str,
    /// Usual ending of its files, without the dot.
    pub extension: &'static str,
}

/// One form in which a run, or runs set against a base run, can be handed on.
pub trait Exporter: Sync {
    /// What it is called and what it gives.
    fn about(&self) -> About;

    /// Its stable name.
    fn slug(&self) -> &'static str {
        self.about().slug
    }

    /// What it gives of a comparison, in a few words: the flag's help.
    fn summary_of_comparison(&self) -> &'static str {
        self.about().summary
    }

    /// How many files it gives of a run.
    fn gives(&self) -> Gives {
        Gives::OneFile
    }

    /// How many it gives of a comparison: where it has no form of its own for that, those of each run.
    fn gives_of_comparison(&self) -> Gives {
        Gives::FileForEach(EACH_RUN)
    }

    /// Writes a run as one file, bit by bit.
    ///
    /// # Errors
    /// When the target does not take it, and where the format gives several files.
    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError>;

    /// Likewise a comparison.
    ///
    /// # Errors
    /// Likewise.
    fn write_comparison(&self, _: &Versus<'_>, _: Style, _: &mut dyn Write) -> Result<(), ExportError> {
        Err(several(self.slug(), self.gives_of_comparison()))
    }

    /// Every file of a run, in memory: one where the format gives one; none where it gives a file for each of
    /// something that the run has none of.
    ///
    /// # Errors
    /// When one of them can't be made.
    fn files(&self, report: &Report<'_>, style: Style) -> Result<Vec<ExportedFile>, ExportError> {
        let mut bytes = Vec::new();
        self.write(report, style, &mut bytes)?;
        Ok(vec![ExportedFile { part: None, extension: self.about().extension, bytes }])
    }

    /// Every file of a comparison, likewise.
    ///
    /// # Errors
    /// Likewise.
    fn files_of_comparison(
        &self,
        versus: &Versus<'_>,
        style: Style,
    ) -> Result<Vec<ExportedFile>, ExportError> {
        if self.gives_of_comparison() == Gives::OneFile {
            let mut bytes = Vec::new();
            self.write_comparison(versus, style, &mut bytes)?;
            return Ok(vec![ExportedFile { part: None, extension: self.about().extension, bytes }]);
        }
        let mut files = Vec::new();
        for run in versus.runs() {
            for file in self.files(&Report::of(run), style)? {
                let part = file.part.map_or(run.id.to_string(), |part| format!("{}.{part}", run.id));
                files.push(ExportedFile { part: Some(part), ..file });
            }
        }
        Ok(files)
    }
}

/// What a comparison has a file for where a format is of one run.
const EACH_RUN: &str = "run";

/// What is said where one file is asked for and there are several.
pub(crate) fn several(slug: &'static str, gives: Gives) -> ExportError {
    match gives {
        Gives::FileForEach(each) => ExportError::SeveralFiles { slug, each },
        Gives::OneFile => ExportError::SeveralFiles { slug, each: EACH_RUN },
    }
}

/// A lane as others' tools name it: `json-api/wasmtime`, however many arms it was measured in, so that a history by name
/// goes on.
pub(crate) fn lane_name(lane: &LaneSummary, between: &str) -> String {
    format!("{}{between}{}", lane.case, lane.lane)
}
