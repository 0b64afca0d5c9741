//! Which of a run's series a figure takes its values from.

use plimsoll_model::{Entry, Phase, Run, Series, Slug};

use crate::names;

/// Some of a run's series: whether a value is of one of them is asked for each of a million values.
pub(crate) struct Wanted(Vec<bool>);

impl Wanted {
    pub(crate) fn of(run: &Run, is_wanted: impl FnMut(&Series) -> bool) -> Self {
        Self(run.series.iter().map(is_wanted).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }

    pub(crate) fn has(&self, entry: &Entry) -> bool {
        self.0.get(entry.0 as usize).copied().unwrap_or_default()
    }
}

/// The series of a metric that tell of the instance itself: not of a shim, a proxy, a daemon, or one request.
pub(crate) fn of_instance(run: &Run, metric: &Slug, phase: Phase) -> Wanted {
    Wanted::of(run, |series| {
        series.metric == *metric
            && series.phase == phase
            && series.request.is_none()
            && series.subject.as_ref().is_none_or(|subject| *subject == names::INSTANCE)
    })
}
