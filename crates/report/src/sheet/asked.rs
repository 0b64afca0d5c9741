//! Columns that the table has because a metric asks for one.

use plimsoll_analysis::LaneSummary;
use plimsoll_format::{self as format, plain};
use plimsoll_model::{ComparedBy, Metric, Phase, Run, Tabled, Unit};

use super::{latest_phase, whole};
use crate::table::{Column, TableEntry};

/// The metrics of a run that want a column of their own.
pub(crate) fn asked_for(run: &Run) -> impl Iterator<Item = &Metric> {
    run.metrics.iter().filter(|metric| metric.table == Some(Tabled::Column))
}

/// A column of one metric, over the lanes of one case.
pub(super) struct Asked<'run> {
    metric: &'run Metric,
    phase: Phase,
    /// Of what is prepared: whether a lane tells what it took in parts.
    in_parts: bool,
}

impl<'run> Asked<'run> {
    /// `None` where no lane has such a figure.
    pub(super) fn of(metric: &'run Metric, lanes: &[&LaneSummary]) -> Option<Self> {
        let phase = latest_phase(lanes, &metric.slug);
        let in_parts = phase == Phase::Prepare && lanes.iter().any(|lane| !parts(lane, metric).is_empty());
        let has_some = lanes.iter().any(|lane| whole(lane, &metric.slug, phase).is_some());
        has_some.then_some(Self { metric, phase, in_parts })
    }

    pub(super) fn column(&self) -> Column {
        let name = plain(&self.metric.in_words());
        let main = match self.metric.compared {
            Some(ComparedBy::MedianOfPhase) => format!("{name}, {}", self.phase),
            _ => name,
        };
        let beside = match self.phase {
            Phase::Prepare if self.in_parts => "parts, once a run",
            Phase::Prepare => "",
            _ => "[95 %]",
        };
        Column {
            main,
            beside: beside.to_owned(),
            help: plain(&self.metric.help),
            of_load: self.phase == Phase::Serve,
            of_words: false,
        }
    }

    pub(super) fn entry(&self, lane: &LaneSummary) -> TableEntry {
        let unit: Unit = self.metric.unit;
        match whole(lane, &self.metric.slug, self.phase) {
            None => TableEntry::absent(),
            Some(found) if self.phase == Phase::Prepare => {
                TableEntry::new(format::value(found.median, unit), parts(lane, self.metric))
            }
            Some(found) => TableEntry::new(
                format::value(found.median, unit),
                format::interval_beside(found.interval, found.median, unit),
            ),
        }
    }
}

/// What the parts of preparing took, e.g. `compile 1.2 s`.
fn parts(lane: &LaneSummary, metric: &Metric) -> String {
    let of_metric = lane
        .figures
        .iter()
        .filter(|figure| figure.series.metric == metric.slug && figure.series.phase == Phase::Prepare);
    let parts = of_metric.filter_map(|figure| {
        let (subject, found) = (figure.series.subject.as_ref()?, figure.estimate()?);
        Some(format!("{subject} {}", format::value(found.median, metric.unit)))
    });
    parts.collect::<Vec<_>>().join(", ")
}
