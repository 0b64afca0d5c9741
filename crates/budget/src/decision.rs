//! What became of a budget, and why.

use std::fmt;

use plimsoll_analysis::Compared;
use plimsoll_model::Slug;
use serde::Serialize;

use crate::Budget;

/// What became of a budget, for one figure of one lane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The budget.
    pub budget: Budget,
    /// The workload; absent where nothing of the run is what the budget is about.
    pub workload: Option<Slug>,
    /// The lane.
    pub lane: Option<Slug>,
    /// The figure.
    pub figure: Option<Compared>,
    /// What became of it.
    pub outcome: Ruling,
    /// How that was decided, in a sentence.
    pub why: String,
    /// The noise floor, where the budget lies below it: smaller differences than it can't be told from noise.
    pub below_floor: Option<f64>,
}

/// What became of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The interval does not lie wholly beyond it and the noise floor.
    Kept,
    /// It does: a real regression.
    Broken,
    /// It can't be told. Nothing fails for it.
    Undecided,
    /// Nothing of the run is what it is about: it would never hold anything back.
    Unanswered,
}

impl fmt::Display for Decision {
    /// The line of `--explain`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.outcome {
            Ruling::Kept => "kept",
            Ruling::Broken => "BROKEN",
            Ruling::Undecided => "undecided",
            Ruling::Unanswered => "UNANSWERED",
        };
        write!(f, "{word}: budget at {}", self.budget.place)?;
        for name in [&self.workload, &self.lane].into_iter().flatten() {
            write!(f, ", {name}")?;
        }
        write!(f, ", {}", self.budget.metric)?;
        match self.budget.percentile_milli {
            Some(milli) => write!(f, " P{}", f64::from(milli) / 10.0)?,
            None => self.figure.iter().try_for_each(|figure| write!(f, " ({})", figure.phase))?,
        }
        write!(f, ": {}", self.why)?;
        if let Some(floor) = self.below_floor {
            write!(f, "; the budget lies below the noise floor of {floor:.3}×, which holds in its place")?;
        }
        Ok(())
    }
}
