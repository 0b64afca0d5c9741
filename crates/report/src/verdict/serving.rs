//! Serving under load in words.

use plimsoll_analysis::{Comparison, LaneSummary, names};
use plimsoll_format::grouped;

use super::pair::TwoLanes;
use super::race::{Matchup, Times};
use super::{Headline, Sure};

impl TwoLanes<'_> {
    /// The 99th percentile, or the median where there are too few requests for it; nothing for a command.
    pub(super) fn serving(&self) -> Option<Headline> {
        let Some(found) = self.served() else { return self.not_loaded() };
        let milli = found.figure.percentile_milli.unwrap_or_default();
        let point = |lane: &LaneSummary| {
            let latency = lane.latency(&names::LATENCY, None)?;
            let percentile = if milli == 990 { &latency.p99 } else { &latency.p50 };
            percentile.as_ref().ok().map(|found| found.value_ns as f64)
        };
        let rate = self.report.run.load(self.case).map(|load| load.rate_milli as f64 / 1e3);
        let rate = rate.map(|rate| format!("at {} requests a second", grouped(&format!("{rate:.0}"))));
        let (with, lost) = (rate.unwrap_or_default(), self.invalid());
        let mut said =
            self.said(&Times { race: Matchup::Serve, found, points: self.both(point), with, lost });
        if said.second.starts_with(|first: char| first.is_ascii_digit()) && found.interval.is_ok() {
            let what = if milli == 990 { "99th percentile" } else { "median" };
            said.second = format!("{what}: {}", said.second);
        }
        Some(said)
    }

    /// What serving is compared by.
    pub(super) fn served(&self) -> Option<&Comparison> {
        let of = |milli| self.comparison(&names::LATENCY, Some(milli));
        of(990).or_else(|| of(500))
    }

    /// How many loads were invalid, where some were.
    fn invalid(&self) -> Option<String> {
        let lanes = [self.lane, self.baseline].into_iter().filter_map(|lane| self.summary(lane));
        let (invalid, all) = lanes.fold((0, 0), |(invalid, all), lane| {
            (invalid + lane.trials.invalid, all + lane.trials.invalid + lane.trials.loaded)
        });
        (invalid > 0).then(|| format!("{invalid} of {all} loads were invalid"))
    }

    /// Load was planned, and there is no figure of it in both.
    fn not_loaded(&self) -> Option<Headline> {
        let planned = self.serves() && self.report.run.plan.trials.loaded > 0;
        let compared = self.comparison(&names::COLD_START, None).is_some();
        (planned && compared).then(|| {
            let why = self.invalid().unwrap_or_else(|| "no loaded trial has passed in both".to_owned());
            let (sure, big) = (Sure::NotMeasured, "Not enough loads to say.".to_owned());
            Headline { big, second: why, chip: sure.in_words().to_owned(), sure }
        })
    }
}
