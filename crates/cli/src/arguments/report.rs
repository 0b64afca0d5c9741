//! The arguments of `plimsoll report`.

use std::path::PathBuf;

use clap::ValueHint;
use plimsoll_app::{HandOn, Places, Target, exporters};

use super::lanes::OpposingArguments;

#[derive(clap::Args)]
pub(crate) struct ReportArguments {
    /// Their identities, beginnings of them that only one run each has, or files.
    #[arg(required = true, value_name = "RUN", value_hint = ValueHint::FilePath)]
    runs: Vec<PathBuf>,

    #[arg(
        long = "export",
        value_name = "FORMAT=PATH",
        value_parser = super::target(),
        help = export_help(),
        long_help = formats()
    )]
    targets: Vec<Target>,

    /// Replace files that are there already.
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    versus: OpposingArguments,
}

impl ReportArguments {
    pub(crate) fn request(self, places: Places) -> HandOn {
        let Self { runs, targets, force, versus } = self;
        HandOn { runs, targets, force, versus: versus.into(), places }
    }
}

fn export_help() -> &'static str {
    "Write this form there; may be given more than once. A path whose ending tells the form needs no FORMAT; in a \
     folder that is there, files are named like their runs [default: html=RUN.html]"
}

fn formats() -> String {
    let width = exporters().iter().map(|found| found.slug().len()).max().unwrap_or_default();
    let line = |slug: &str, summary: &str| format!("\n  {slug:width$}  {summary}");
    let lines = exporters().iter().map(|found| line(found.slug(), found.about().summary));
    format!("{}\n\nThere are:{}", export_help(), lines.collect::<String>())
}
