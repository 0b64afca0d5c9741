//! A run that was read, and what a reader should know about the reading.

use std::fmt;
use std::path::PathBuf;

use plimsoll_model::Run;

use crate::origin::Provenance;

/// A run that was read.
#[derive(Debug)]
pub struct Opened {
    /// The run.
    pub run: Run,
    /// The file or journal it was read from.
    pub path: PathBuf,
    /// Whether it is whole.
    pub state: State,
    /// What a reader should know about the reading.
    pub notes: Vec<Note>,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has its file.
    Finished,
    /// Another process is measuring it now.
    Running,
    /// Its process ended before it could write the file; it opens as far as it came.
    Unfinished,
}

/// Something about how a run was read. Its `Display` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The journal's last line is not whole and was left out.
    LastLineCut {
        /// Its number, from 1.
        line: usize,
    },
    /// The file was written in an older format.
    Upgraded {
        /// The version it was written in.
        from: u32,
    },
    /// The run was measured on another machine, or at least not into this store.
    FromElsewhere(Provenance),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastLineCut { line } => {
                write!(f, "the journal's last line, {line}, was cut short and is left out")
            }
            Self::Upgraded { from } => write!(f, "the run was written in format {from} and read as today's"),
            Self::FromElsewhere(origin) => origin.fmt(f),
        }
    }
}
