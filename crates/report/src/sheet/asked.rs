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
}

impl<'run> Asked<'run> {
    pub(super) fn of(metric: &'run Metric, lanes: &[&LaneSummary]) -> Self {
        Self { metric, phase: latest_phase(lanes, &metric.slug) }
    }

    pub(super) fn column(&self) -> Column {
        let name = plain(&self.metric.in_words());
        let main = match self.metric.compared {
            Some(ComparedBy::MedianOfPhase) => format!("{name}, {}", self.phase),
            _ => name,
        };
        let beside = if self.phase == Phase::Prepare { "" } else { "[95 %]" };
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
                TableEntry::new(format::value(found.median, unit), "")
            }
            Some(found) => TableEntry::new(
                format::value(found.median, unit),
                format::interval_beside(found.interval, found.median, unit),
            ),
        }
    }
}
