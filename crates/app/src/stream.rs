//! What a bench tells the front end that ordered it from another process: one JSON line each.
//!
//! `plimsoll stream` reads one [`Bench`](crate::Bench) as a JSON line from standard input and writes these lines to
//! standard output. After a line that [waits](Line::waits) it goes on when a line comes back, or after [`PATIENCE`]:
//! so a window has drawn before the next timed phase begins, and one that hangs or has gone holds nothing up.

use std::path::PathBuf;
use std::time::Duration;

use plimsoll_model::Event;
use serde::{Deserialize, Serialize};

use crate::Error;

/// How long a bench waits for the front end between trials.
pub const PATIENCE: Duration = Duration::from_millis(250);

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Something happened.
    Event(Event),
    /// The run ended and is kept in this file. The last line.
    Kept(#[serde(with = "plimsoll_files::portable")] PathBuf),
    /// The bench could not be carried out, or its run not be kept. The last line.
    Refused(Error),
}

impl Line {
    /// Whether the sender waits for an answer: after what a window draws.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(
            self,
            Self::Event(Event::RunStarted { .. } | Event::PrepareEnded { .. } | Event::TrialEnded { .. })
        )
    }
}
