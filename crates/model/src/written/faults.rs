//! What is wrong with a text.

use std::fmt;

use super::Place;

/// Something that can't be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where it stands; where it would, for what is missing.
    pub place: Place,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Something that can't be, and the byte of the text where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The byte.
    pub offset: usize,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// All that is wrong with a text, in its order: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    /// The first, at most [`Self::MOST_TOLD`].
    pub told: Vec<Fault>,
    /// How many more were found.
    pub beyond: usize,
}

impl Flaw {
    /// At a byte.
    pub fn new(offset: usize, problem: impl Into<String>) -> Self {
        Self { offset, problem: problem.into() }
    }

    fn placed(self, text: &str) -> Fault {
        Fault { place: Place::at(text, self.offset), problem: self.problem }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl Faults {
    /// The most that are told.
    pub const MOST_TOLD: usize = 50;

    /// These of a text in its order; `None` where there are none.
    #[must_use]
    pub fn of(text: &str, mut found: Vec<Flaw>) -> Option<Self> {
        found.sort();
        found.dedup();
        let beyond = found.len().saturating_sub(Self::MOST_TOLD);
        found.truncate(Self::MOST_TOLD);
        let told: Vec<Fault> = found.into_iter().map(|found| found.placed(text)).collect();
        (!told.is_empty()).then_some(Self { told, beyond })
    }

    /// These, of which the places are known; `None` where there are none.
    #[must_use]
    pub fn placed(mut told: Vec<Fault>) -> Option<Self> {
        told.sort();
        let beyond = told.len().saturating_sub(Self::MOST_TOLD);
        told.truncate(Self::MOST_TOLD);
        (!told.is_empty()).then_some(Self { told, beyond })
    }

    /// This alone.
    #[must_use]
    pub fn one(text: &str, found: Flaw) -> Self {
        Self { told: vec![found.placed(text)], beyond: 0 }
    }
}

/// The only one where it stands, or how many there are and a line for each.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ([only], 0) = (self.told.as_slice(), self.beyond) {
            return only.fmt(f);
        }
        write!(f, "{} places:", self.told.len() + self.beyond)?;
        for (at, fault) in self.told.iter().enumerate() {
            write!(f, "{}{fault}", if at == 0 { "\n    " } else { ";\n    " })?;
        }
        match self.beyond {
            0 => Ok(()),
            beyond => write!(f, ";\n    and {beyond} more"),
        }
    }
}
