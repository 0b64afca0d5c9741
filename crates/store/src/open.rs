use std::path::PathBuf;

use plimsoll_model::Run;

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
}
