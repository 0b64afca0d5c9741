//! Which metrics a budget can bound.

use plimsoll_model::{ComparedBy, Direction, Metric, Phase, Slug};

/// Those that are compared and better when less: those of one value first, then those of which a percentile is bounded.
pub(crate) struct Bounded<'all>(Vec<&'all Metric>);

impl<'all> Bounded<'all> {
    pub(crate) fn among(metrics: &'all [Metric]) -> Self {
        let place = |metric: &Metric| match metric.compared? {
            ComparedBy::Median | ComparedBy::MedianOfPhase => Some(0),
            ComparedBy::Exact => Some(1),
            ComparedBy::Percentiles => Some(2),
        };
        let less = |metric: &&Metric| metric.direction == Direction::LowerIsBetter;
        let mut bounded: Vec<_> =
            metrics.iter().filter(less).filter_map(|metric| Some((place(metric)?, metric))).collect();
        bounded.sort_by_key(|(place, _)| *place);
        Self(bounded.into_iter().map(|(_, metric)| metric).collect())
    }

    pub(crate) fn find(&self, slug: &Slug) -> Option<&'all Metric> {
        self.0.iter().copied().find(|metric| metric.slug == *slug)
    }

    /// The phases in which a metric can be taken.
    pub(crate) fn phases(metric: &Metric) -> &'static [Phase] {
        match metric.compared {
            // A trial's one value is had when it is ready, or when it has ended.
            Some(ComparedBy::Median) => &[Phase::Ready, Phase::Stop],
            Some(ComparedBy::Percentiles) => &[Phase::Serve],
            Some(ComparedBy::Exact) => &[Phase::Prepare],
            Some(ComparedBy::MedianOfPhase) | None => &Phase::ALL,
        }
    }

    pub(crate) fn slugs(&self) -> Vec<&'all str> {
        self.0.iter().map(|metric| metric.slug.as_str()).collect()
    }

    /// ``"`a`, `b` or `c`"``.
    pub(crate) fn in_words(&self) -> String {
        let names: Vec<String> = self.slugs().into_iter().map(|slug| format!("`{slug}`")).collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => "none: nothing is compared".to_owned(),
        }
    }
}
