//! [Bencher Metric Format](https://bencher.dev/docs/reference/bencher-metric-format): a benchmark for each lane, a
//! measure for each figure.

use std::collections::BTreeMap;
use std::io::Write;

use plimsoll_report::Report;
use serde::Serialize;

use crate::exporter::lane_name;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::figures::{Figure, figures};
use crate::json_text::document;

pub(crate) struct Bencher;

#[derive(Serialize)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

impl Exporter for Bencher {
    fn about(&self) -> About {
        About {
            slug: "bencher",
            title: "Bencher Metric Format",
            summary: "Bencher Metric Format, for `bencher run --adapter json`",
            extension: "json",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut benchmarks: BTreeMap<String, BTreeMap<String, Metric>> = BTreeMap::new();
        for figure in figures(report, &report.summaries) {
            let Ok(value) = figure.value else { continue };
            let ends = figure.ends();
            // Taken by several methods: the first one stands.
            let metric = Metric {
                value,
                lower_value: ends.map(|ends| ends.low),
                upper_value: ends.map(|ends| ends.high),
            };
            benchmarks.entry(benchmark(&figure)).or_default().entry(measure(&figure)).or_insert(metric);
        }
        document(&benchmarks, out)
    }
}

/// At most 1,024 characters. Parts and requests are benchmarks of their own: a measure's name is short.
fn benchmark(figure: &Figure<'_>) -> String {
    let lane = lane_name(figure.of, "/");
    let parts = [
        Some(lane.as_str()),
        figure.subject.map(|name| name.as_str()),
        figure.request.map(|name| name.as_str()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("/")
}

/// At most 64 characters, which a metric's, a phase's and a unit's name stay under. It has the unit: Bencher takes
/// no units from a file.
fn measure(figure: &Figure<'_>) -> String {
    let (metric, phase) = (figure.metric, figure.phase);
    let unit = plimsoll_format::unit(figure.unit);
    match figure.percentile() {
        Some(percentile) => format!("{metric}-{percentile}-{unit}"),
        None => format!("{metric}-{phase}-{unit}"),
    }
    .replace('_', "-")
}
