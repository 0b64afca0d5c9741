//! The flags that choose a form of export, made from the list of exporters.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use plimsoll_app::{Exporter, Gives, exporters};

/// The exporter whose flag is given; the first of the list when none is.
pub(crate) struct Format(Option<&'static dyn Exporter>);

/// Those that standard output can take.
fn offered() -> impl Iterator<Item = &'static dyn Exporter> {
    exporters().iter().copied().filter(|exporter| exporter.gives() == Gives::OneFile)
}

impl Format {
    /// The exporter.
    pub(crate) fn exporter(&self) -> Option<&'static dyn Exporter> {
        self.0.or_else(|| exporters().first().copied())
    }

    /// Whether it is for machines.
    pub(crate) fn is_json(&self) -> bool {
        self.0.is_some_and(|exporter| exporter.slug() == "json")
    }
}

impl FromArgMatches for Format {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(offered().find(|exporter| matches.get_flag(exporter.slug()))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Format {
    fn augment_args(command: Command) -> Command {
        let slugs: Vec<&str> = offered().map(|exporter| exporter.slug()).collect();
        offered()
            .fold(command, |command, exporter| {
                command.arg(
                    Arg::new(exporter.slug()).long(exporter.slug()).action(ArgAction::SetTrue).help(format!(
                        "Export as {}: {}",
                        exporter.slug(),
                        exporter.summary()
                    )),
                )
            })
            .group(ArgGroup::new("format").args(slugs))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
