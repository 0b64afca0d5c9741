//! The flags that choose a form, made from the list of those there are.

use std::marker::PhantomData;

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use plimsoll_app::{Exporter, Gives, exporter, exporters};

/// A list of forms.
pub(crate) trait Forms {
    /// Names and summaries of those that standard output can take, first the one that is taken where none is asked
    /// for.
    fn offered() -> Vec<(&'static str, &'static str)>;
}

/// The forms of a run.
pub(crate) struct OfRun;

impl Forms for OfRun {
    fn offered() -> Vec<(&'static str, &'static str)> {
        let one = exporters().iter().filter(|exporter| exporter.gives() == Gives::OneFile);
        one.map(|exporter| (exporter.slug(), exporter.about().summary)).collect()
    }
}

/// The forms of runs set against a base run.
pub(crate) struct OfComparison;

impl Forms for OfComparison {
    fn offered() -> Vec<(&'static str, &'static str)> {
        let one = exporters().iter().filter(|exporter| exporter.gives_of_comparison() == Gives::OneFile);
        one.map(|exporter| (exporter.slug(), exporter.summary_of_comparison())).collect()
    }
}

/// The form whose flag is given.
pub(crate) struct Format<F>(Option<&'static str>, PhantomData<F>);

impl<F: Forms> Format<F> {
    fn slug(&self) -> &'static str {
        self.0.or_else(|| F::offered().first().map(|(slug, _)| *slug)).unwrap_or_default()
    }

    /// The exporter.
    pub(crate) fn exporter(&self) -> Option<&'static dyn Exporter> {
        exporter(self.slug())
    }

    /// Whether it is for machines.
    pub(crate) fn is_json(&self) -> bool {
        self.0 == Some("json")
    }
}

impl<F: Forms> FromArgMatches for Format<F> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = F::offered().into_iter().find(|(slug, _)| matches.get_flag(slug));
        Ok(Self(given.map(|(slug, _)| slug), PhantomData))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<F: Forms> Args for Format<F> {
    fn augment_args(command: Command) -> Command {
        let slugs: Vec<&str> = F::offered().into_iter().map(|(slug, _)| slug).collect();
        F::offered()
            .into_iter()
            .fold(command, |command, (slug, summary)| {
                let help = format!("Export as {slug}: {summary}");
                command.arg(Arg::new(slug).long(slug).action(ArgAction::SetTrue).help(help))
            })
            .group(ArgGroup::new("format").args(slugs))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
