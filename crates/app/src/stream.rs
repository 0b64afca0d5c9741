//! What a bench tells the front end that ordered it from another process: one JSON line each.
//!
//! `plimsoll stream` reads one [`Bench`](crate::Bench) as a JSON line from standard input and writes these lines to
//! standard output. After a line that [waits](Line::waits) it goes on when a line comes back, or after [`PATIENCE`]:
//! so a window has drawn before the next timed phase begins, and one that hangs or has gone holds nothing up.

use std::io::{BufRead, Read as _};
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

/// The longest line that is heard, in bytes.
const LONGEST: u64 = 16 << 20;

/// The lines that come. What is none of them, or longer than one can be, is passed over; it ends where nothing more can
/// be read.
pub fn hear(mut from: impl BufRead) -> impl Iterator<Item = Line> {
    std::iter::from_fn(move || {
        let mut is_whole = true;
        loop {
            let mut bytes = Vec::new();
            let read =
                (&mut from).take(LONGEST).read_until(b'\n', &mut bytes).ok().filter(|read| *read > 0)?;
            let was_whole =
                std::mem::replace(&mut is_whole, bytes.ends_with(b"\n") || (read as u64) < LONGEST);
            if was_whole
                && is_whole
                && let Ok(line) = serde_json::from_slice(&bytes)
            {
                return Some(line);
            }
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_line_is_passed_over_and_a_path_comes_whatever_its_bytes() {
        let ended = r#"{"event":{"event":"run_ended","reason":"completed"}}"#;
        let mut bytes = b"\xff\xfe\n{}\n\n".to_vec();
        bytes.extend(std::iter::repeat_n(b'[', LONGEST as usize + 10));
        bytes.extend(format!("\n{ended}\n{{\"kept\":[99,233]}}\n{ended}").as_bytes());
        let heard: Vec<Line> = hear(bytes.as_slice()).collect();
        let [Line::Event(_), Line::Kept(path), Line::Event(_)] = heard.as_slice() else {
            panic!("{heard:?}")
        };
        assert_eq!(path.as_os_str().as_encoded_bytes(), b"c\xe9");
        let again = serde_json::to_string(&heard[1]).unwrap();
        assert_eq!(again, r#"{"kept":[99,233]}"#);
    }
}
