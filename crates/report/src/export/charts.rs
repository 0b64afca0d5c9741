//! Every chart of every workload as a picture.

use std::io::Write;

use plimsoll_chart::{ChartError, ChartSpec, Theme, charts, draw_png, draw_svg};

use super::{ExportedFile, Gives};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Svg;

pub(super) struct Png;

const EACH: &str = "chart of each workload";
/// In pixels.
const SIZE: (u32, u32) = (1_200, 700);

impl Exporter for Svg {
    fn slug(&self) -> &'static str {
        "svg"
    }

    fn title(&self) -> &'static str {
        "Charts as SVG"
    }

    fn summary(&self) -> &'static str {
        "every chart as a picture that stays sharp, a file each"
    }

    fn extension(&self) -> &'static str {
        "svg"
    }

    fn gives(&self) -> Gives {
        Gives::FileForEach(EACH)
    }

    fn write(&self, _: &Report<'_>, _: Style, _: &mut dyn Write) -> Result<(), ExportError> {
        Err(ExportError::SeveralFiles { slug: self.slug(), each: EACH })
    }

    fn files(&self, report: &Report<'_>, _: Style) -> Result<Vec<ExportedFile>, ExportError> {
        drawn(report, self.extension(), |spec| {
            draw_svg(spec, Theme::Light, SIZE.0, SIZE.1).map(String::into_bytes)
        })
    }
}

impl Exporter for Png {
    fn slug(&self) -> &'static str {
        "png"
    }

    fn title(&self) -> &'static str {
        "Charts as PNG"
    }

    fn summary(&self) -> &'static str {
        "every chart as a picture that every program shows, a file each"
    }

    fn extension(&self) -> &'static str {
        "png"
    }

    fn gives(&self) -> Gives {
        Gives::FileForEach(EACH)
    }

    fn write(&self, _: &Report<'_>, _: Style, _: &mut dyn Write) -> Result<(), ExportError> {
        Err(ExportError::SeveralFiles { slug: self.slug(), each: EACH })
    }

    fn files(&self, report: &Report<'_>, _: Style) -> Result<Vec<ExportedFile>, ExportError> {
        drawn(report, self.extension(), |spec| draw_png(spec, Theme::Light, SIZE.0, SIZE.1))
    }
}

/// Every chart that has something to show.
fn drawn(
    report: &Report<'_>,
    extension: &'static str,
    draw: impl Fn(&ChartSpec) -> Result<Vec<u8>, ChartError>,
) -> Result<Vec<ExportedFile>, ExportError> {
    let mut files = Vec::new();
    for case in report.run.cases() {
        for chart in charts() {
            let spec = chart.spec(report.run, case);
            if spec.empty.is_none() {
                let part = Some(format!("{case}.{}", chart.slug()));
                files.push(ExportedFile { part, extension, bytes: draw(&spec)? });
            }
        }
    }
    Ok(files)
}
