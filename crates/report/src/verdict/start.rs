//! The cold start in words.

use plimsoll_analysis::names;
use plimsoll_format::plain;
use plimsoll_model::{FailureKind, Outcome, Phase, Slug};

use super::lines::{MOST_WORDS, capital, words};
use super::named::{CalledLane, Form};
use super::pair::TwoLanes;
use super::race::{Matchup, Times};
use super::{Headline, Sure};

impl TwoLanes<'_> {
    pub(super) fn cold_start(&self) -> Headline {
        let race = if self.serves() { Matchup::Start } else { Matchup::Finish };
        let Some(found) = self.comparison(&names::COLD_START, None) else { return self.no_result() };
        let points = self.both(|lane| lane.cold_start().map(|found| found.median));
        self.said(&Times { race, found, points, with: String::new(), lost: self.failed() })
    }

    /// How many trials failed, where some did.
    fn failed(&self) -> Option<String> {
        let trials = [self.lane, self.baseline]
            .into_iter()
            .filter_map(|lane| self.summary(lane))
            .map(|lane| lane.trials);
        let (failed, all) = trials.fold((0, 0), |(failed, all), trials| {
            (
                failed + trials.failed,
                all + trials.passed + trials.failed + trials.invalid + trials.interrupted,
            )
        });
        (failed > 0).then(|| format!("{failed} of {all} trials failed"))
    }

    /// One of them has no cold start: it was not there, not prepared, or every trial failed.
    fn no_result(&self) -> Headline {
        let lanes = [(self.lane, &self.own), (self.baseline, &self.base)];
        let without = lanes.into_iter().find_map(|(lane, named)| Some((named, self.why_none(lane)?)));
        let (big, second) = match without {
            // Why stands among what is to be known first.
            Some((named, Without::Unprepared)) => (none(named, "could not be prepared"), String::new()),
            Some((named, Without::Failed { never, why })) => (none(named, never), why),
            Some((named, Without::Untried)) => {
                (none(named, "was never tried"), "no trial of it was made".to_owned())
            }
            None => ("No result.".to_owned(), "no trial has passed in both".to_owned()),
        };
        Headline { big, second, chip: Sure::NotMeasured.in_words().to_owned(), sure: Sure::NotMeasured }
    }

    /// Why a lane has no cold start; `None` where it has one.
    fn why_none(&self, lane: &Slug) -> Option<Without> {
        let summary = self.summary(lane);
        if summary.is_some_and(|summary| summary.cold_start().is_some()) {
            return None;
        }
        if summary.is_some_and(|summary| summary.prepare_failure.is_some()) {
            return Some(Without::Unprepared);
        }
        let cells = summary.map(|summary| summary.cells.as_slice()).unwrap_or_default();
        let trials = || self.report.run.trials.iter().filter(|trial| cells.contains(&trial.cell));
        let Some(why) = trials().find_map(|trial| trial.outcome.trouble()) else {
            return Some(Without::Untried);
        };
        let never = never(self.serves(), trials().map(|trial| &trial.outcome));
        Some(Without::Failed { never, why: plain(why) })
    }
}

/// Why there is none.
enum Without {
    /// It could not be prepared.
    Unprepared,
    /// No trial has passed.
    Failed {
        /// What it never did.
        never: &'static str,
        /// Why the first one failed.
        why: String,
    },
    /// There is no trial that says anything.
    Untried,
}

/// What a lane never did: one that answered wrongly has answered.
fn never<'a>(serves: bool, outcomes: impl Iterator<Item = &'a Outcome>) -> &'static str {
    // As far as the one came that came farthest.
    let far = outcomes.map(|outcome| match outcome {
        Outcome::Failed { failure } if failure.phase > Phase::Ready => 2,
        Outcome::Failed { failure } if failure.kind == FailureKind::WrongOutput => 1,
        Outcome::Failed { failure } if !serves && failure.kind == FailureKind::Exited => 1,
        Outcome::Failed { .. } | Outcome::Interrupted => 0,
        Outcome::Passed | Outcome::Invalid { .. } => 2,
    });
    match (far.max().unwrap_or(0), serves) {
        (2, _) => "passed no trial that counts",
        (1, true) => "never answered rightly",
        (1, false) => "never finished rightly",
        (_, true) => "never answered",
        (_, false) => "never finished",
    }
}

fn none(named: &CalledLane, why: &str) -> String {
    let line = |form: &Form| format!("No result: {} {why}.", form.words);
    let said = line(&named.one);
    capital(&if words(&said) > MOST_WORDS { line(&named.slug) } else { said })
}

#[cfg(test)]
mod tests {
    use plimsoll_model::Failure;

    use super::*;

    #[test]
    fn an_answer_that_came_is_not_said_never_to_have_come() {
        let failed = |phase, kind| Outcome::Failed {
            failure: Failure { phase, kind, message: String::new(), diff: None },
        };
        let silent = failed(Phase::Ready, FailureKind::TimedOut);
        let wrong = failed(Phase::Ready, FailureKind::WrongOutput);
        let exited = failed(Phase::Ready, FailureKind::Exited);
        let later = failed(Phase::Serve, FailureKind::Exited);
        let said = |serves, of: &[&Outcome]| never(serves, of.iter().copied());
        assert_eq!(said(true, &[&silent, &exited]), "never answered");
        assert_eq!(said(true, &[&silent, &wrong]), "never answered rightly");
        assert_eq!(said(true, &[&wrong, &later]), "passed no trial that counts");
        assert_eq!(said(false, &[&silent]), "never finished");
        assert_eq!(said(false, &[&exited]), "never finished rightly");
    }
}
