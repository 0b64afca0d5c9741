//! Every value as a long row.

use std::io::Write;

use plimsoll_format::{self as format, plain};
use plimsoll_model::{Reading, Sample, Slug};
use plimsoll_report::Report;

use crate::exporter::{About, ExportError, Exporter, Style};

pub(crate) struct Csv;

const HEADER: [&str; 12] = [
    "workload",
    "lane",
    "arm",
    "trial",
    "phase",
    "metric",
    "subject",
    "request",
    "method",
    "value",
    "unit",
    "unavailable",
];

impl Exporter for Csv {
    fn about(&self) -> About {
        About {
            slug: "csv",
            title: "Every value as CSV",
            summary: "every value as a row of CSV, in base units, failed trials included",
            extension: "csv",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(HEADER)?;
        for sample in report.run.samples() {
            writer.write_record(row(report, &sample))?;
        }
        writer.flush()?;
        Ok(())
    }
}

fn row(report: &Report<'_>, sample: &Sample<'_>) -> [String; 12] {
    let series = sample.series;
    let metric = report.run.metrics.iter().find(|metric| metric.slug == series.metric);
    let name = |slug: Option<&Slug>| slug.map(ToString::to_string).unwrap_or_default();
    let (value, unavailable) = match sample.reading {
        Reading::Value(value) => (value.to_string(), String::new()),
        Reading::Unavailable { reason } => (String::new(), words(reason)),
    };
    [
        sample.row.case.to_string(),
        sample.row.lane.to_string(),
        sample.arm.to_string(),
        sample.trial.map(|trial| trial.to_string()).unwrap_or_default(),
        series.phase.to_string(),
        series.metric.to_string(),
        name(series.subject.as_ref()),
        name(series.request.as_ref()),
        words(&series.method),
        value,
        metric.map_or("", |metric| format::unit(metric.unit)).to_owned(),
        unavailable,
    ]
}

/// Free text for a cell: no control characters, and nothing that a spreadsheet takes for a formula.
pub(crate) fn words(text: &str) -> String {
    let text = plain(text);
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@') => format!("'{text}"),
        _ => text,
    }
}
