//! Two lanes of one workload.

use plimsoll_analysis::{Comparison, Interval, LaneSummary, Verdict};
use plimsoll_format::spoken::{between_times, pair};
use plimsoll_model::{Case, Slug, Unit};

use super::lines::fitting;
use super::named::{CalledLane, Form};
use crate::Report;

/// Two lanes of one workload.
pub(crate) struct TwoLanes<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(super) case: &'a Case,
    pub(super) lane: &'a Slug,
    pub(super) baseline: &'a Slug,
    pub(super) own: CalledLane,
    pub(super) base: CalledLane,
}

impl<'a> TwoLanes<'a> {
    pub(crate) fn of(report: &'a Report<'a>, case: &'a Case, lane: &'a Slug, baseline: &'a Slug) -> Self {
        let [own, base] = [[lane, baseline], [baseline, lane]]
            .map(|[lane, other]| CalledLane::beside(report.run, lane, other));
        Self { report, case, lane, baseline, own, base }
    }

    /// What is set against what.
    pub(super) fn title(&self) -> String {
        format!("`{}`: {}", self.case, versus(self.report, self.lane, self.baseline))
    }

    pub(crate) fn comparison(&self, metric: &Slug, percentile_milli: Option<u32>) -> Option<&'a Comparison> {
        let wanted = |found: &&Comparison| {
            found.case == *self.case
                && found.lane == *self.lane
                && found.figure.metric == *metric
                && found.figure.percentile_milli == percentile_milli
        };
        // The latest phase last: memory after the load, unless only what was taken when ready has enough trials.
        let found = || self.report.comparisons.iter().filter(wanted);
        found().rfind(|found| found.verdict != Verdict::TooFew).or_else(|| found().next_back())
    }

    pub(super) fn summary(&self, lane: &Slug) -> Option<&'a LaneSummary> {
        let mut summaries = self.report.summaries.iter();
        summaries.find(|found| found.case == *self.case && found.lane == *lane)
    }

    /// A figure of both, the lane's first.
    pub(super) fn both(&self, of: impl Fn(&LaneSummary) -> Option<f64>) -> Option<[f64; 2]> {
        Some([of(self.summary(self.lane)?)?, of(self.summary(self.baseline)?)?])
    }

    pub(super) fn serves(&self) -> bool {
        self.report.run.workload(self.case).is_none_or(|record| record.job.serves())
    }

    /// The lane with the smaller figure.
    pub(crate) const fn winner(&self, ratio: f64) -> &'a Slug {
        if ratio < 1.0 { self.lane } else { self.baseline }
    }

    /// The two with the winner first, which has the smaller figure.
    pub(super) const fn winner_first(&self, ratio: f64) -> [&CalledLane; 2] {
        if ratio < 1.0 { [&self.own, &self.base] } else { [&self.base, &self.own] }
    }

    /// A line about both, the winner first.
    pub(super) fn of_winner(
        &self,
        ratio: f64,
        factors: &[String],
        line: impl Fn([&Form; 2], &str) -> String,
    ) -> String {
        fitting(self.winner_first(ratio), factors, line)
    }

    /// A line about both, the lane first.
    pub(super) fn of_both(&self, line: impl Fn([&Form; 2]) -> String) -> String {
        fitting([&self.own, &self.base], &[String::new()], |names, _| line(names))
    }
}

/// What is set against what, and whether that is like for like.
pub(super) fn versus(report: &Report<'_>, lane: &Slug, baseline: &Slug) -> String {
    let alike = if is_like_for_like(report, lane, baseline) { ", like for like" } else { "" };
    format!("`{lane}` against `{baseline}`{alike}")
}

/// Whether both start a process of their own for each instance.
pub(crate) fn is_like_for_like(report: &Report<'_>, lane: &Slug, baseline: &Slug) -> bool {
    [lane, baseline].iter().all(|lane| report.run.lane(lane).is_some_and(|record| record.own_process))
}

/// Both values, the smaller first, and how far they are apart with 95 %.
pub(super) fn values(points: Option<[f64; 2]>, found: &Comparison, unit: Unit) -> String {
    let told = points.map(|[own, base]| pair(own.min(base), "against", own.max(base), unit));
    told.into_iter().chain(ends(found)).collect::<Vec<_>>().join("; ")
}

/// The interval of how far they are apart, as a factor; of what is exact there is none.
pub(super) fn ends(found: &Comparison) -> Option<String> {
    let Interval { low, high } = found.interval.ok().filter(|_| !found.figure.is_exact())?;
    Some(if found.ratio < 1.0 { between_times(1.0 / high, 1.0 / low) } else { between_times(low, high) })
}
