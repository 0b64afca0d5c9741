//! Runs set against a base run: tables, sentences, notes and charts.

mod absent;
mod called;
mod document;
mod figure;
mod headline;
mod images;
mod judged;
mod notes;
mod overview;
mod pair;
mod sheet;

use std::collections::HashSet;
use std::hash::Hash;

use plimsoll_analysis::{RunComparison, RunNoise};
use plimsoll_chart::{Chart, ChartSpec, LaneLook, Layer, Layers};
use plimsoll_model::{Case, Run, RunId, Slug, Variant};

use crate::document::Remarks;
use crate::table::Table;
use crate::verdict::Headline;

pub use self::absent::{why_absent, without_ratio};
pub use self::pair::Pair;
use self::pair::Sides;
pub use self::sheet::VersusSheet;

/// Runs set against a base run: what its tables, charts and forms take.
///
/// Where a run is set against itself, its workloads as they were before a change are set against what they are after
/// it, and it is told so.
#[derive(Clone, Debug)]
pub struct Versus<'run> {
    /// The run that the others are set against.
    pub base: &'run Run,
    /// The runs that are set against it, each once, in the order given.
    pub news: Vec<&'run Run>,
    /// Every figure of every new run, each once.
    pub comparisons: Vec<RunComparison>,
    /// The runs that told how far runs of this host differ by themselves; absent where nothing is known.
    pub noise_from: Option<Vec<RunId>>,
}

impl<'run> Versus<'run> {
    /// Sets runs against a base run, with what [`plimsoll_analysis::compare_runs`] said of them, given this noise. A
    /// run that is named twice counts once.
    #[must_use]
    pub fn of(
        base: &'run Run,
        news: &[&'run Run],
        comparisons: Vec<RunComparison>,
        noise: Option<&RunNoise>,
    ) -> Self {
        let mut seen = HashSet::new();
        let news = news.iter().copied().filter(|new| seen.insert(&new.id)).collect();
        let mut told = HashSet::new();
        let mut first = |found: &RunComparison| {
            let RunComparison { new, case, lane, figure, .. } = found;
            told.insert((new.clone(), case.clone(), lane.clone(), figure.clone()))
        };
        let comparisons = comparisons.into_iter().filter(|found| first(found)).collect();
        Self { base, news, comparisons, noise_from: noise.map(|noise| noise.runs.clone()) }
    }

    /// Whether both sides are parts of one run.
    #[must_use]
    pub fn within_one_run(&self) -> bool {
        !self.news.is_empty() && self.news.iter().all(|new| new.id == self.base.id)
    }

    /// What it is, in a few words: the title of a document.
    #[must_use]
    pub fn title(&self) -> String {
        match self.news.as_slice() {
            [] => format!("Nothing against run {}", self.base.id),
            _ if self.within_one_run() => format!("Run {}: after the change against before it", self.base.id),
            [only] => format!("Run {} against run {}", only.id, self.base.id),
            news => format!("{} runs against run {}", news.len(), self.base.id),
        }
    }

    /// What a file with it is called where nobody names one, without an ending: the runs' identities, or how many there
    /// are.
    #[must_use]
    pub fn file_stem(&self) -> String {
        match self.news.as_slice() {
            _ if self.within_one_run() => format!("{}-after-against-before", self.base.id),
            [only] => format!("{}-against-{}", only.id, self.base.id),
            news => format!("{}-runs-against-{}", news.len(), self.base.id),
        }
    }

    /// Everything raced that one of the runs has, the base's first; within one run what it has from before a change
    /// too.
    #[must_use]
    pub fn cases(&self) -> Vec<&'run Case> {
        if !self.within_one_run() {
            return self.each(Run::cases);
        }
        let all = self.base.cases();
        let has_before = |case: &Case| all.contains(&&case.in_variant(Variant::BEFORE));
        all.iter().copied().filter(|case| case.is_new() && has_before(case)).collect()
    }

    /// What a case of a new run is set against.
    fn base_of(&self, case: &Case) -> Case {
        if self.within_one_run() { case.in_variant(Variant::BEFORE) } else { case.clone() }
    }

    /// Every lane that one of the runs has, the base's first.
    #[must_use]
    pub fn lanes(&self) -> Vec<&'run Slug> {
        self.each(|run| run.lane_slugs().collect())
    }

    /// How they look; of a lane that several runs have, as its first run tells it.
    #[must_use]
    pub fn looks(&self) -> Vec<LaneLook> {
        let runs: Vec<&Run> = std::iter::once(self.base).chain(self.news.iter().copied()).collect();
        LaneLook::all(&runs)
    }

    fn each<T: Eq + Hash>(&self, of: fn(&'run Run) -> Vec<&'run T>) -> Vec<&'run T> {
        let mut seen = HashSet::new();
        let runs = std::iter::once(self.base).chain(self.news.iter().copied());
        runs.flat_map(of).filter(|one| seen.insert(*one)).collect()
    }

    /// What came out, in a sentence over all runs.
    #[must_use]
    pub fn headline(&self) -> Headline {
        headline::of_all(self)
    }

    /// A row for each new run in each workload: for many runs.
    #[must_use]
    pub fn overviews(&self) -> Vec<Table> {
        overview::overviews(self)
    }

    /// A table for each workload and each new run, workload by workload.
    #[must_use]
    pub fn sheets(&self) -> Vec<VersusSheet> {
        self.pairs().iter().map(VersusSheet::of).collect()
    }

    /// The tables of one new run, one for each workload.
    #[must_use]
    pub fn sheets_of(&self, new: &RunId) -> Vec<VersusSheet> {
        self.pairs().iter().filter(|pair| pair.new.id == *new).map(VersusSheet::of).collect()
    }

    /// What holds for all of it: how a difference is called, where the noise floor comes from, what can't be
    /// compared, and what the figures include.
    #[must_use]
    pub fn notes(&self) -> Vec<Remarks> {
        notes::remarks_of(self)
    }

    /// A chart of one case that lays a new run over the base: of one lane, or of all. `None` where there is no
    /// such new run.
    #[must_use]
    pub fn overlay(
        &self,
        chart: &dyn Chart,
        case: &Case,
        new: &RunId,
        lane: Option<&Slug>,
    ) -> Option<ChartSpec> {
        let new = self.news.iter().find(|run| run.id == *new)?;
        let Sides { bare: [before, after], .. } = Sides::of(self.base, new);
        let base = Layer { run: self.base, case: &self.base_of(case), name: &before };
        let new = Layer { run: new, case, name: &after };
        let looks = self.looks();
        Some(chart.of(&Layers { base: Some(base), new, lane, looks: Some(&looks) }))
    }

    /// Every run, the base first, each once.
    #[must_use]
    pub fn runs(&self) -> Vec<&'run Run> {
        let others = self.news.iter().copied().filter(|new| new.id != self.base.id);
        std::iter::once(self.base).chain(others).collect()
    }

    /// Workload by workload; in each, the new runs in their order.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        Pair::all(self)
    }
}
