//! Every chart of every workload as a picture.

use std::io::Write;

use plimsoll_chart::{ChartError, ChartSpec, Theme, charts_of, draw_png, draw_svg, overlays, size_of};
use plimsoll_report::Report;
use plimsoll_report::versus::Versus;

use crate::exporter::{About, ExportError, Exporter, Style, several};
use crate::file::{ExportedFile, Gives};

/// Charts as pictures of one kind.
pub(crate) struct Pictures {
    about: About,
    draw: fn(&ChartSpec) -> Result<Vec<u8>, ChartError>,
}

pub(crate) const SVG: &Pictures = &Pictures {
    about: About {
        slug: "svg",
        title: "Charts as SVG",
        summary: "every chart as a picture that stays sharp, a file each",
        extension: "svg",
    },
    draw: svg,
};

pub(crate) const PNG: &Pictures = &Pictures {
    about: About {
        slug: "png",
        title: "Charts as PNG",
        summary: "every chart as a picture that every program shows, a file each",
        extension: "png",
    },
    draw: png,
};

const EACH: &str = "chart of each workload";

impl Exporter for Pictures {
    fn about(&self) -> About {
        self.about
    }

    fn gives(&self) -> Gives {
        Gives::FileForEach(EACH)
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::FileForEach(EACH)
    }

    fn write(&self, _: &Report<'_>, _: Style, _: &mut dyn Write) -> Result<(), ExportError> {
        Err(several(self.slug(), self.gives()))
    }

    fn files(&self, report: &Report<'_>, _: Style) -> Result<Vec<ExportedFile>, ExportError> {
        pictures(&of_run(report), self.about.extension, self.draw)
    }

    fn files_of_comparison(&self, versus: &Versus<'_>, _: Style) -> Result<Vec<ExportedFile>, ExportError> {
        pictures(&of_comparison(versus), self.about.extension, self.draw)
    }
}

fn svg(spec: &ChartSpec) -> Result<Vec<u8>, ChartError> {
    let (width, height) = size_of(spec);
    draw_svg(spec, Theme::Light, width, height).map(String::into_bytes)
}

fn png(spec: &ChartSpec) -> Result<Vec<u8>, ChartError> {
    let (width, height) = size_of(spec);
    draw_png(spec, Theme::Light, width, height)
}

/// What a chart's file is called, and the chart.
type Named = (String, ChartSpec);

fn of_run(report: &Report<'_>) -> Vec<Named> {
    let cases = report.run.cases().into_iter();
    let of = |case| {
        charts_of(report.run)
            .into_iter()
            .map(move |chart| (format!("{case}.{}", chart.slug()), chart.spec(report.run, case)))
    };
    cases.flat_map(of).collect()
}

/// Of all lanes together, with each new run over the base.
fn of_comparison(versus: &Versus<'_>) -> Vec<Named> {
    let mut named = Vec::new();
    for pair in versus.pairs() {
        let part = if versus.news.len() > 1 {
            format!("{}.{}", pair.new.id, pair.case)
        } else {
            pair.case.to_string()
        };
        for chart in overlays() {
            let spec = versus.overlay(chart, pair.case, &pair.new.id, None);
            named.extend(spec.map(|spec| (format!("{part}.{}", spec.slug), spec)));
        }
    }
    named
}

/// Every chart that has something to show.
fn pictures(
    charts: &[Named],
    extension: &'static str,
    draw: fn(&ChartSpec) -> Result<Vec<u8>, ChartError>,
) -> Result<Vec<ExportedFile>, ExportError> {
    let shown = charts.iter().filter(|(_, spec)| spec.empty.is_none());
    let file =
        |(part, spec): &Named| Ok(ExportedFile { part: Some(part.clone()), extension, bytes: draw(spec)? });
    shown.map(file).collect()
}
