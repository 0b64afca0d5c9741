//! A run that was opened, and reporting on it.

use std::path::PathBuf;

use plimsoll_model::{Run, Slug};
use plimsoll_report::Report;
use plimsoll_store::State;

use crate::Error;

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
    /// Reports on it, against a lane or against the usual one.
    ///
    /// # Errors
    /// When the run has no such lane.
    pub fn report(&self, baseline: Option<&Slug>) -> Result<Report<'_>, Error> {
        let Some(lane) = baseline else {
            return Ok(Report::of(&self.run));
        };
        if !self.run.lane_slugs().any(|known| known == lane) {
            let lanes = crate::error::listed(self.run.lane_slugs());
            return Err(Error::usage(format!("run `{}` has no lane `{lane}`", self.run.id))
                .with_hint(format!("its lanes are {lanes}")));
        }
        Ok(Report::against(&self.run, Some(lane.clone())))
    }
}
