//! The cold start in words.

use plimsoll_analysis::names;
use plimsoll_format::plain;
use plimsoll_model::{Outcome, Slug};

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
            Some((named, Without::Unprepared(why))) => (none(named, "could not be prepared"), why),
            Some((named, Without::Failed(why))) if self.serves() => (none(named, "never answered"), why),
            Some((named, Without::Failed(why))) => (none(named, "never finished"), why),
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
        if let Some(reason) = summary.and_then(|summary| summary.prepare_failure.as_deref()) {
            return Some(Without::Unprepared(plain(reason)));
        }
        let cells = summary.map(|summary| summary.cells.as_slice()).unwrap_or_default();
        let mut trials = self.report.run.trials.iter().filter(|trial| cells.contains(&trial.cell));
        let failed = trials.find_map(|trial| match &trial.outcome {
            Outcome::Failed { failure } => Some(plain(&failure.message)),
            Outcome::Invalid { reason } => Some(plain(reason)),
            Outcome::Passed | Outcome::Interrupted => None,
        });
        Some(failed.map_or(Without::Untried, Without::Failed))
    }
}

/// Why there is none.
enum Without {
    /// It could not be prepared, for this reason.
    Unprepared(String),
    /// No trial has passed; the first one failed so.
    Failed(String),
    /// There is no trial that says anything.
    Untried,
}

fn none(named: &CalledLane, why: &str) -> String {
    let line = |form: &Form| format!("No result: {} {why}.", form.words);
    let said = line(&named.one);
    capital(&if words(&said) > MOST_WORDS { line(&named.slug) } else { said })
}
