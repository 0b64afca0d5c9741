//! How far a run has come.
//!
//! The engine sends events between timed phases, and everything here is drawn within those calls: no thread
//! and no timer draws while something is measured.

mod lines;
mod live;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use plimsoll_app::{EventSink, format};
use plimsoll_model::{Outcome, Phase, Trials};

/// A live display on a terminal, else or where it is wished a plain line now and then.
pub(crate) fn sink(trials: Trials, colour: bool, plain: bool) -> Box<dyn EventSink> {
    if io::stderr().is_terminal() && !plain {
        Box::new(live::Live::new(trials, colour))
    } else {
        Box::new(lines::Lines::new())
    }
}

/// Of a lane's invalid loads so many are told, each in a line of its own: a machine that neighbours take from
/// would fill the terminal. The table counts all of them.
const INVALID_TOLD: u32 = 3;

/// What is worth a line of its own about the trials that ended.
#[derive(Default)]
struct Troubles {
    invalid: BTreeMap<String, u32>,
}

impl Troubles {
    /// The line about one trial of that name, such as `hello in docker`, if there is something to tell.
    fn line(&mut self, name: &str, outcome: &Outcome) -> Option<String> {
        match outcome {
            // Told when its preparation ended.
            Outcome::Failed { failure } if failure.phase == Phase::Prepare => None,
            Outcome::Failed { failure } => {
                let diff: String = failure.diff.iter().flat_map(|diff| diff.lines()).map(indented).collect();
                let message = format::plain(&failure.message);
                Some(format!("{name}: failed in phase `{}`: {message}{diff}", failure.phase))
            }
            Outcome::Invalid { reason } => {
                let count = self.invalid.entry(name.to_owned()).or_default();
                *count += 1;
                let rest =
                    if *count == INVALID_TOLD { "; any more of this lane are counted, not told" } else { "" };
                (*count <= INVALID_TOLD).then(|| format!("{name}: its load is invalid: {reason}{rest}"))
            }
            Outcome::Passed | Outcome::Interrupted => None,
        }
    }
}

fn indented(line: &str) -> String {
    format!("\n  {}", format::plain(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_lanes_invalid_loads_only_the_first_are_told() {
        let mut troubles = Troubles::default();
        let invalid = Outcome::Invalid { reason: "the generator was late".to_owned() };
        let mut told = |name: &str| troubles.line(name, &invalid);
        let lines: Vec<String> = (0..100).filter_map(|_| told("hello in docker")).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], "hello in docker: its load is invalid: the generator was late");
        assert!(lines[2].ends_with("any more of this lane are counted, not told"), "{}", lines[2]);
        assert!(told("hello in native").is_some());
    }
}
