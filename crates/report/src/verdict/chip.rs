//! How sure a line is, in the few words that stand beside it.

use plimsoll_analysis::{Comparison, MoreTrials, Verdict};
use plimsoll_format::grouped;

use super::{Headline, Sure};

impl Headline {
    /// What stands below the big line where a text has no chips: the second line and how sure it is.
    #[must_use]
    pub fn below(&self) -> String {
        let parts = [self.second.as_str(), &self.chip];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

impl Sure {
    /// In words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Difference => "beyond noise",
            Self::Equal => "equal within noise",
            Self::TooClose => "too close to call",
            Self::TooNoisy => "close other programs, run again",
            Self::NoiseFloorNotMeasured => "not checked against noise",
            Self::RunNoiseUnknown => "run-to-run noise unknown",
            Self::TooFew => "too few trials",
            Self::NotComparable => "not comparable",
            Self::NotMeasured => "not measured",
        }
    }

    pub(crate) const fn of(call: Verdict) -> Self {
        match call {
            Verdict::Better | Verdict::Worse | Verdict::Different => Self::Difference,
            Verdict::Equal => Self::Equal,
            Verdict::TooClose => Self::TooClose,
            Verdict::TooNoisy => Self::TooNoisy,
            Verdict::NoiseFloorNotMeasured => Self::NoiseFloorNotMeasured,
            Verdict::RunNoiseUnknown => Self::RunNoiseUnknown,
            Verdict::TooFew => Self::TooFew,
            Verdict::NotComparable => Self::NotComparable,
        }
    }
}

/// Of a comparison, whose trials are called so.
pub(super) fn chip(found: &Comparison, trials: &str) -> String {
    let sure = Sure::of(found.verdict);
    match (sure, found.n) {
        (Sure::Difference | Sure::Equal, [own, base]) if own == base => {
            format!("{}, {own} {trials} each", sure.in_words())
        }
        (Sure::Difference | Sure::Equal, [own, base]) => {
            format!("{}, {own} and {base} {trials}", sure.in_words())
        }
        (Sure::TooClose, _) => match found.more_trials() {
            Some(MoreTrials::About(more)) => format!("{more} more {trials} would tell"),
            Some(MoreTrials::Over(most)) => {
                format!("more than {} more {trials} would tell", grouped(&most.to_string()))
            }
            None => sure.in_words().to_owned(),
        },
        _ => sure.in_words().to_owned(),
    }
}
