//! What `github-action-benchmark` takes as `customSmallerIsBetter`: only figures of which less is better.

use std::collections::HashSet;
use std::io::Write;

use plimsoll_format as format;
use plimsoll_model::Direction;
use plimsoll_report::Report;
use serde::Serialize;

use crate::exporter::lane_name;
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::figures::{Figure, figures};
use crate::json_text::document;

pub(crate) struct GithubActionBenchmark;

#[derive(Serialize)]
struct Benchmark {
    name: String,
    /// The base unit, always: the action compares bare numbers with those of earlier commits.
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

impl Exporter for GithubActionBenchmark {
    fn about(&self) -> About {
        About {
            slug: "github-action-benchmark",
            title: "github-action-benchmark",
            summary: "for github-action-benchmark with `tool: customSmallerIsBetter`, where less is better",
            extension: "json",
        }
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        let smaller = |figure: &Figure<'_>| figure.direction == Direction::LowerIsBetter;
        let mut names = HashSet::new();
        // Taken by several methods: the first one stands.
        let benchmarks: Vec<Benchmark> = figures(report, &report.summaries)
            .iter()
            .filter(|figure| smaller(figure))
            .filter_map(benchmark)
            .filter(|found| names.insert(found.name.clone()))
            .collect();
        document(&benchmarks, out)
    }
}

fn benchmark(figure: &Figure<'_>) -> Option<Benchmark> {
    let value = *figure.value.as_ref().ok()?;
    let mut name = format!("{}: {}", lane_name(figure.of, "/"), figure.metric);
    for part in [figure.subject, figure.request].into_iter().flatten() {
        name.push_str(&format!(" {part}"));
    }
    match figure.percentile() {
        Some(percentile) => name.push_str(&format!(" {percentile}")),
        None => name.push_str(&format!(" ({})", figure.phase)),
    }
    let of = if figure.percentile_milli.is_some() { "requests" } else { "values" };
    let mut extra = vec![format!("{} {of}", figure.n)];
    if !figure.method.is_empty() {
        extra.push(figure.method.clone());
    }
    if let Some(found) = figure.against {
        let interval = format::ratio_interval(found.interval);
        extra.push(format!("{} of {}, 95 % {interval}", format::ratio(found.ratio), found.baseline));
    }
    Some(Benchmark {
        name,
        unit: format::unit(figure.unit),
        value,
        range: figure.ends().map(|ends| format!("95 %: {} to {}", ends.low, ends.high)),
        extra: extra.join("\n"),
    })
}
