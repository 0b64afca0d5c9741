//! One workload of a new run against the base, in words.

use plimsoll_analysis::{Obstacle, RunComparison};

use super::pair::Pair;
use super::{called, headline};
use crate::verdict::Headline;

impl Pair<'_> {
    /// What came out.
    #[must_use]
    pub fn headline(&self) -> Headline {
        headline::of_pair(self)
    }

    /// What a figure is called, e.g. `faster`.
    #[must_use]
    pub fn called(&self, found: &RunComparison) -> &'static str {
        called::word(found, self.unit(found))
    }

    /// What stands in the way of a comparison, with its particulars, in a clause.
    #[must_use]
    pub fn told(&self, obstacle: &Obstacle) -> String {
        called::told(obstacle, self.base.id == self.new.id)
    }
}
