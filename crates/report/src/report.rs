use std::borrow::Cow;

use plimsoll_analysis::{Comparison, LaneSummary, Warning, compare, summarise, summarise_arms, warnings};
use plimsoll_model::{Run, Side, Slug};

/// A run with its summaries and comparisons: what charts and exporters take.
#[derive(Clone, Debug)]
pub struct Report<'run> {
    /// The run.
    pub run: &'run Run,
    /// Every workload in every lane, all arms together, in the run's order.
    pub summaries: Vec<LaneSummary>,
    /// The lane that the others are set against; absent when the run has no lanes.
    pub baseline: Option<Slug>,
    /// The lanes that its sentences set against the baseline, where they were chosen; empty: like for like first.
    pub chosen: Vec<Slug>,
    /// Every lane against the baseline.
    pub comparisons: Vec<Comparison>,
    /// What a reader should know, the gravest first.
    pub warnings: Vec<Warning>,
}

impl<'run> Report<'run> {
    /// Reports on a run, with its first lane of containers as the baseline, or its first lane where there is none.
    #[must_use]
    pub fn of(run: &'run Run) -> Self {
        let is_container = |lane: &&Slug| run.lane(lane).is_some_and(|lane| lane.side == Side::Container);
        let baseline = run.lane_slugs().find(is_container).or(run.lane_slugs().next()).cloned();
        Self::against(run, baseline)
    }

    /// Reports on a run with another baseline.
    #[must_use]
    pub fn against(run: &'run Run, baseline: Option<Slug>) -> Self {
        let compared = || baseline.as_ref().map(|lane| compare(run, lane)).unwrap_or_default();
        let summarised = || {
            let summaries = summarise(run);
            let warnings = warnings(run, &summaries);
            (summaries, warnings)
        };
        // Someone waits for it, and a long run takes a while.
        let (comparisons, (summaries, warnings)) = rayon::join(compared, summarised);
        Self { run, summaries, comparisons, warnings, baseline, chosen: Vec::new() }
    }

    /// With sentences about these lanes, in this order. What the run has not, and the baseline, is left out.
    #[must_use]
    pub fn about(self, lanes: &[Slug]) -> Self {
        let is_of_run = |lane: &&Slug| self.run.lane(lane).is_some() && self.baseline.as_ref() != Some(*lane);
        let mut chosen: Vec<Slug> = Vec::new();
        for lane in lanes.iter().filter(is_of_run) {
            if !chosen.contains(lane) {
                chosen.push(lane.clone());
            }
        }
        Self { chosen, ..self }
    }

    /// Every arm by itself, for forms that tell them apart. Of lanes with one arm each that is what stands there already.
    pub fn arms(&self) -> Cow<'_, [LaneSummary]> {
        if self.summaries.iter().all(|lane| lane.cells.len() == 1) {
            return Cow::Borrowed(&self.summaries);
        }
        Cow::Owned(summarise_arms(self.run))
    }

    /// Tells for a cell of the run where its lane stands among the summaries.
    pub fn places(&self) -> impl Fn(u32) -> Option<usize> + use<> {
        let mut places = vec![None; self.run.cells.len()];
        for (at, lane) in self.summaries.iter().enumerate() {
            for cell in &lane.cells {
                if let Some(place) = places.get_mut(*cell as usize) {
                    *place = Some(at);
                }
            }
        }
        move |cell| places.get(cell as usize).copied().flatten()
    }
}
