//! Names of entries.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits;

/// The name of an entry: parts between slashes, relative, and the same wherever it is unpacked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryName(String);

/// Why a text is no name of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It leads out of the folder it is unpacked into, or into it twice.
    #[error("it has a part that is empty, `.` or `..`")]
    Part,
    /// It means something else on another system.
    #[error("it holds a backslash or a colon")]
    Separator,
    /// It can't be told as it is.
    #[error("it holds a control character or one that turns the direction of writing")]
    Unseen,
    /// It is longer than [`limits::NAME`].
    #[error("it is longer than {} bytes", limits::NAME)]
    TooLong,
    /// It has more parts than [`limits::DEPTH`].
    #[error("it has more than {} parts", limits::DEPTH)]
    TooDeep,
}

impl EntryName {
    /// Takes a name that keeps the rules.
    ///
    /// # Errors
    /// Which rule it breaks.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        let text = text.into();
        if text.len() > limits::NAME {
            return Err(NameFault::TooLong);
        }
        if text.split('/').count() > limits::DEPTH {
            return Err(NameFault::TooDeep);
        }
        if text.contains(['\\', ':']) {
            return Err(NameFault::Separator);
        }
        if text.contains(is_unseen) {
            return Err(NameFault::Unseen);
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(NameFault::Part);
        }
        Ok(Self(text))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common that are one file where case does not count.
    pub(crate) fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl TryFrom<String> for EntryName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        Self::new(text)
    }
}

impl From<EntryName> for String {
    fn from(name: EntryName) -> Self {
        name.0
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for bad in ["../evil", "a/../b", "/etc/passwd", "a//b", "./a", "a/", "", ".", "a/."] {
            assert_eq!(EntryName::new(bad), Err(NameFault::Part), "{bad}");
        }
        for bad in ["..\\evil", "C:evil", "a\\b", "C:\\evil"] {
            assert_eq!(EntryName::new(bad), Err(NameFault::Separator), "{bad}");
        }
    }

    #[test]
    fn a_name_that_can_t_be_told_as_it_is_is_refused() {
        for bad in ["a\nb", "a\0b", "a\u{1b}[2Jb", "gpj\u{202e}.exe", "a\u{2066}b"] {
            assert_eq!(EntryName::new(bad), Err(NameFault::Unseen), "{bad:?}");
        }
    }

    #[test]
    fn a_name_without_end_is_refused() {
        assert_eq!(EntryName::new("a".repeat(201)), Err(NameFault::TooLong));
        assert_eq!(EntryName::new("a/".repeat(8) + "a"), Err(NameFault::TooDeep));
        assert!(EntryName::new("a/".repeat(7) + "a").is_ok());
    }

    #[test]
    fn names_of_files_as_people_give_them_are_taken() {
        for good in ["run.json", "workloads/json-api/expected/größe 1.json", "a/..b", "<script>.txt"] {
            assert!(EntryName::new(good).is_ok(), "{good}");
        }
    }
}
