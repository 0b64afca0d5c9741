//! Every figure as a row: first those of lanes, all arms together, then those of each arm where there are several.

use std::borrow::Cow;
use std::io::Write;

use plimsoll_analysis::RunComparison;
use plimsoll_format as format;
use plimsoll_report::Report;
use plimsoll_report::versus::{Pair, Versus, without_ratio};

use crate::csv::words;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::figures::{Figure, figures, percentile};
use crate::file::Gives;

pub(crate) struct CsvSummary;

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

/// Of a comparison: each figure of a new run beside the base's.
const COMPARED: [&str; 18] = [
    "workload",
    "lane",
    "metric",
    "phase",
    "percentile",
    "unit",
    "base",
    "base_n",
    "base_value",
    "new",
    "new_n",
    "new_value",
    "ratio",
    "ratio_low",
    "ratio_high",
    "noise_floor",
    "verdict",
    "unavailable",
];

impl Exporter for CsvSummary {
    fn about(&self) -> About {
        About {
            slug: "csv-summary",
            title: "Figures as CSV",
            summary: "every figure as a row of CSV, with its interval and its ratio to the baseline",
            extension: "csv",
        }
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::OneFile
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

    fn write_comparison(
        &self,
        versus: &Versus<'_>,
        _: Style,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        let mut writer = ::csv::Writer::from_writer(out);
        writer.write_record(COMPARED)?;
        for pair in versus.pairs() {
            for found in &pair.found {
                writer.write_record(compared(&pair, found)?)?;
            }
        }
        writer.flush()?;
        Ok(())
    }
}

fn compared(pair: &Pair<'_>, found: &RunComparison) -> Result<[String; 18], ExportError> {
    let [new, base] = found.points;
    let [n_new, n_base] = found.n;
    let ends = found.interval.ok().filter(|_| found.ratio.is_some());
    Ok([
        pair.case.to_string(),
        found.lane.to_string(),
        found.figure.metric.to_string(),
        found.figure.phase.to_string(),
        found.figure.percentile_milli.map(percentile).unwrap_or_default(),
        format::unit(pair.unit(found)).to_owned(),
        pair.base.id.to_string(),
        n_base.to_string(),
        number(base),
        pair.new.id.to_string(),
        n_new.to_string(),
        number(new),
        number(found.ratio),
        number(ends.map(|ends| ends.low)),
        number(ends.map(|ends| ends.high)),
        number(found.floor),
        word(&found.verdict)?,
        found.ratio.map_or_else(|| words(&without_ratio(found)), |_| String::new()),
    ])
}

/// A number in base units; nothing where there is none.
fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map(|value| value.to_string()).unwrap_or_default()
}

fn row(figure: &Figure<'_>) -> Result<[String; 22], ExportError> {
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
