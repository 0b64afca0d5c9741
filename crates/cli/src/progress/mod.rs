//! How far a run has come.
//!
//! The engine sends events between timed phases, and everything here is drawn within those calls: no thread
//! and no timer draws while something is measured.

mod lines;
mod live;

use std::io::{self, IsTerminal};

use plimsoll_app::{EventSink, format};
use plimsoll_model::{Outcome, Trials};

/// A live display on a terminal, else or where it is wished a plain line now and then.
pub(crate) fn sink(trials: Trials, colour: bool, plain: bool) -> Box<dyn EventSink> {
    if io::stderr().is_terminal() && !plain {
        Box::new(live::Live::new(trials, colour))
    } else {
        Box::new(lines::Lines::new())
    }
}

/// What is worth a line of its own about a trial that ended.
fn trouble(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Failed { failure } => {
            let diff: String = failure.diff.iter().flat_map(|diff| diff.lines()).map(indented).collect();
            Some(format!("failed in phase `{}`: {}{diff}", failure.phase, format::plain(&failure.message)))
        }
        Outcome::Invalid { reason } => Some(format!("its load is invalid: {reason}")),
        Outcome::Passed | Outcome::Interrupted => None,
    }
}

fn indented(line: &str) -> String {
    format!("\n  {}", format::plain(line))
}
