//! A run that was opened, and reporting on it.

use std::path::PathBuf;

use plimsoll_model::{Run, Slug};
use plimsoll_report::Report;
use plimsoll_store::State;
use serde::Deserialize;

use crate::Error;

/// Which lanes are set against which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Opposing {
    /// Lane that the others are set against; the usual one where none is named.
    pub baseline: Option<Slug>,
    /// The lanes that the sentences set against it, in this order; empty: the usual ones.
    pub lanes: Vec<Slug>,
}

impl Opposing {
    /// The usual lanes against this one, or against the usual one.
    #[must_use]
    pub const fn lane(baseline: Option<Slug>) -> Self {
        Self { baseline, lanes: Vec::new() }
    }
}

/// A run that was opened.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The run.
    pub run: Run,
    /// The file it was read from.
    pub path: PathBuf,
    /// How far it came.
    pub state: State,
    /// What a reader should know about the reading, each in a sentence.
    pub notes: Vec<String>,
}

impl Shown {
    /// Reports on it.
    ///
    /// # Errors
    /// When the run has no such lane, or one is to be set against itself.
    pub fn report(&self, versus: &Opposing) -> Result<Report<'_>, Error> {
        let Opposing { baseline, lanes } = versus;
        for lane in baseline.iter().chain(lanes) {
            self.has(lane)?;
        }
        let report = match baseline {
            Some(lane) => Report::against(&self.run, Some(lane.clone())),
            None => Report::of(&self.run),
        };
        if let Some(lane) = lanes.iter().find(|lane| report.baseline.as_ref() == Some(*lane)) {
            return Err(Error::usage(format!("lane `{lane}` can't be set against itself"))
                .with_hint("name another baseline, or other lanes to set against it"));
        }
        Ok(report.about(lanes))
    }

    fn has(&self, lane: &Slug) -> Result<(), Error> {
        if self.run.lane_slugs().any(|known| known == lane) {
            return Ok(());
        }
        let lanes = crate::error::listed(self.run.lane_slugs());
        Err(Error::usage(format!("run `{}` has no lane `{lane}`", self.run.id))
            .with_hint(format!("its lanes are {lanes}")))
    }
}
