//! The run itself.

use std::io::Write;

use plimsoll_report::Report;
use plimsoll_report::versus::Versus;

use crate::exporter::{About, ExportError, Exporter, Style};
use crate::file::Gives;
use crate::json_text::document;
use crate::versus_json;

pub(crate) struct Json;

impl Exporter for Json {
    fn about(&self) -> About {
        About {
            slug: "json",
            title: "Everything as JSON",
            summary: "the whole run as one JSON document, as it is stored",
            extension: "json",
        }
    }

    fn summary_of_comparison(&self) -> &'static str {
        "every figure with its ratio, effect, noise floor and verdict as one JSON document"
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::OneFile
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        document(report.run, out)
    }

    fn write_comparison(
        &self,
        versus: &Versus<'_>,
        _: Style,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        versus_json::write(versus, out)
    }
}
