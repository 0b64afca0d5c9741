//! The arguments of `plimsoll compare`.

use std::path::PathBuf;

use clap::ValueHint;
use plimsoll_app::{Compare, Places, Target};

use super::format::{Format, OfComparison};
use super::target;

#[derive(clap::Args)]
pub(crate) struct CompareArguments {
    /// The run that the others are set against: its identity, a beginning of it that only one run has, or a file.
    #[arg(value_hint = ValueHint::FilePath)]
    base: PathBuf,

    /// The runs that are set against it [default: what BASE measured before and after a change].
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    news: Vec<PathBuf>,

    /// The workloads' files are what was changed: they may differ.
    #[arg(long)]
    changed: bool,

    #[command(flatten)]
    pub(crate) format: Format<OfComparison>,

    /// Also write this form there; may be given more than once. A path whose ending tells the form needs no FORMAT; in a
    /// folder that is there, the file is named like the runs.
    #[arg(long = "export", value_name = "FORMAT=PATH", value_parser = target())]
    pub(crate) targets: Vec<Target>,

    /// Replace files that are there already.
    #[arg(long)]
    pub(crate) force: bool,
}

impl CompareArguments {
    pub(crate) fn request(&self, places: Places) -> Compare {
        let (base, news) = (self.base.clone(), self.news.clone());
        Compare { base, news, changed: self.changed, places }
    }
}
