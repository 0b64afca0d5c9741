//! Every figure as a row: first those of lanes, all arms together, then those of each arm where there are several.

use std::borrow::Cow;
use std::io::Write;

use plimsoll_format as format;

use super::csv::words;
use super::figures::{Figure, figures};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct CsvSummary;

const HEADER: [&str; 22] = [
    "workload",
    "lane",
    "arm",
    "metric",
    "phase",
    "subject",
    "request",
    "percentile",
    "method",
    "value",
    "low",
    "high",
    "n",
    "unit",
    "baseline",
    "ratio",
    "ratio_low",
    "ratio_high",
    "noise_floor",
    "verdict",
    "unavailable",
    "interval_unavailable",
];

impl Exporter for CsvSummary {
    fn slug(&self) -> &'static str {
        "csv-summary"
    }

    fn title(&self) -> &'static str {
        "Figures as CSV"
    }

    fn summary(&self) -> &'static str {
        "every figure as a row of CSV, with its interval and its ratio to the baseline"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut writer = ::csv::Writer::from_writer(out);
        writer.write_record(HEADER)?;
        for figure in figures(report, &report.summaries) {
            writer.write_record(row(&figure)?)?;
        }
        if let Cow::Owned(arms) = report.arms() {
            for figure in figures(report, &arms) {
                // A ratio is of all arms together.
                writer.write_record(row(&Figure { against: None, ..figure })?)?;
            }
        }
        writer.flush()?;
        Ok(())
    }
}

fn row(figure: &Figure<'_>) -> Result<[String; 22], ExportError> {
    let number = |value: Option<f64>| {
        value.filter(|value| value.is_finite()).map(|value| value.to_string()).unwrap_or_default()
    };
    let ends = figure.ends();
    let against = figure.against;
    let ratio = against.and_then(|found| found.interval.ok());
    Ok([
        figure.of.case.to_string(),
        figure.of.lane.to_string(),
        figure.of.arm.as_ref().map(ToString::to_string).unwrap_or_default(),
        figure.metric.to_string(),
        figure.phase.to_string(),
        figure.subject.map(ToString::to_string).unwrap_or_default(),
        figure.request.map(ToString::to_string).unwrap_or_default(),
        figure.percentile().unwrap_or_default(),
        words(&figure.method),
        number(figure.value.as_ref().ok().copied()),
        number(ends.map(|ends| ends.low)),
        number(ends.map(|ends| ends.high)),
        figure.n.to_string(),
        format::unit(figure.unit).to_owned(),
        against.map(|found| found.baseline.to_string()).unwrap_or_default(),
        number(against.map(|found| found.ratio)),
        number(ratio.map(|ends| ends.low)),
        number(ratio.map(|ends| ends.high)),
        number(against.and_then(|found| found.floor)),
        against.map(|found| word(&found.verdict)).transpose()?.unwrap_or_default(),
        figure.value.as_ref().err().map(|why| words(why)).unwrap_or_default(),
        figure.interval.as_ref().err().map(|why| words(why)).unwrap_or_default(),
    ])
}

/// The word by which a value stands in JSON.
pub(crate) fn word(value: &impl serde::Serialize) -> Result<String, ExportError> {
    Ok(serde_json::to_value(value)?.as_str().unwrap_or_default().to_owned())
}
