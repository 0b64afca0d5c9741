//! One workload of a new run, set against the same workload of the base.

use std::collections::HashMap;

use plimsoll_analysis::{RunComparison, Verdict};
use plimsoll_model::{Case, Metric, Run, RunId, Slug, Unit};

use super::{Versus, figure};
use crate::table::EntryTone;

/// One workload of a new run and of the base.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The run that the other is set against.
    pub base: &'a Run,
    /// The run that is set against it: the same where both are sides of one run.
    pub new: &'a Run,
    /// What is raced.
    pub case: &'a Case,
    /// Its figures, lane by lane, in the order of the lanes.
    pub found: Vec<&'a RunComparison>,
}

impl<'a> Pair<'a> {
    /// Workload by workload; in each, the new runs in their order.
    pub(super) fn all(versus: &'a Versus<'a>) -> Vec<Self> {
        let mut found: HashMap<(&RunId, &Case), Vec<&RunComparison>> = HashMap::new();
        for comparison in &versus.comparisons {
            found.entry((&comparison.new, &comparison.case)).or_default().push(comparison);
        }
        let lanes = versus.lanes();
        let place: HashMap<&Slug, usize> = lanes.into_iter().zip(0..).collect();
        let mut pairs = Vec::new();
        for case in versus.cases() {
            for new in &versus.news {
                let mut found = found.remove(&(&new.id, case)).unwrap_or_default();
                found.sort_by_key(|comparison| place.get(&comparison.lane).copied());
                let planned = [versus.base, new].iter().any(|run| run.cases().contains(&case));
                if planned {
                    pairs.push(Self { base: versus.base, new, case, found });
                }
            }
        }
        pairs
    }

    pub(super) fn sides(&self) -> Sides {
        Sides::of(self.base, self.new)
    }

    /// Those that are called with this tone, the largest difference first.
    pub(super) fn of_tone(&self, tone: EntryTone) -> Vec<&'a RunComparison> {
        let mut called: Vec<&RunComparison> =
            self.found.iter().copied().filter(|found| is_called(found) && tone_of(found) == tone).collect();
        called.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
        called
    }

    /// How many are said to be this.
    pub(super) fn count(&self, verdicts: &[Verdict]) -> usize {
        self.found.iter().filter(|found| verdicts.contains(&found.verdict)).count()
    }

    /// What the runs say of a figure's metric.
    fn metric(&self, found: &RunComparison) -> Option<&'a Metric> {
        [self.base, self.new].into_iter().find_map(|run| run.metric(&found.figure.metric))
    }

    /// The unit of a figure.
    #[must_use]
    pub fn unit(&self, found: &RunComparison) -> Unit {
        self.metric(found).map_or(Unit::Count, |metric| metric.unit)
    }

    /// The figure's name, and what it is of.
    pub(super) fn words(&self, found: &RunComparison) -> [String; 2] {
        figure::words(self.metric(found), &found.figure)
    }
}

/// What the two sides are called.
pub(super) struct Sides {
    /// Bare, for headings and legends.
    pub(super) bare: [String; 2],
    /// In a sentence.
    pub(super) told: [String; 2],
    /// Over a column.
    pub(super) columns: [&'static str; 2],
}

impl Sides {
    pub(super) fn of(base: &Run, new: &Run) -> Self {
        if base.id == new.id {
            let [before, after] = ["before the change", "after the change"].map(str::to_owned);
            return Self {
                bare: [before.clone(), after.clone()],
                told: [before, after],
                columns: ["before", "after"],
            };
        }
        let [base, new] = [base, new].map(|run| run.id.to_string());
        let told = [&base, &new].map(|id| format!("in `{id}`"));
        Self { bare: [base, new], told, columns: ["base", "new"] }
    }
}

/// Whether it is said that there is a difference.
pub(super) fn is_called(found: &RunComparison) -> bool {
    matches!(found.verdict, Verdict::Better | Verdict::Worse | Verdict::Different)
}

/// To whose advantage a difference is.
pub(super) const fn tone_of(found: &RunComparison) -> EntryTone {
    match found.verdict {
        Verdict::Better => EntryTone::Good,
        Verdict::Worse => EntryTone::Bad,
        _ => EntryTone::Plain,
    }
}

/// How far the ratio is from 1, in either direction alike; 0 where there is none.
pub(super) fn distance(found: &RunComparison) -> f64 {
    found.ratio.map_or(0.0, |ratio| ratio.ln().abs())
}
