use std::fmt;
use std::str::FromStr;

use globset::Glob;
use plimsoll_engine::Standing;
use plimsoll_model::{Side, Slug, SlugError};
use serde::{Deserialize, Serialize};

use super::Lane;

/// Lanes that are wished for: one by its name, those that a pattern fits, or a set of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LaneWish {
    /// This one, which then has to be usable.
    Named(Slug),
    /// Those whose names it fits, as far as they can be used: `docker+*`.
    Like(LanePattern),
    /// Those of a set, as far as they can be used.
    Of(LaneSet),
}

/// A pattern of lanes' names: `*`, `?`, `[a-z]` and `{one,other}` as in a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanePattern(String);

/// Lanes that are wished for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneSet {
    /// What most people would run.
    Fair,
    /// Those and each that does a part of another's work.
    Ladder,
    /// Containers.
    Containers,
    /// WebAssembly.
    Wasm,
    /// What a user wrote down.
    Own,
    /// Every one.
    All,
}

impl LaneSet {
    /// Every one, in the order in which they are shown.
    pub const EVERY: [Self; 6] =
        [Self::Fair, Self::Ladder, Self::Containers, Self::Wasm, Self::Own, Self::All];

    /// Its name, without the `@`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fair => "fair",
            Self::Ladder => "ladder",
            Self::Containers => "containers",
            Self::Wasm => "wasm",
            Self::Own => "own",
            Self::All => "all",
        }
    }

    /// What is in it, as a clause.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::Fair => "what most people would run",
            Self::Ladder => "those and each that does a part of another's work",
            Self::Containers => "containers",
            Self::Wasm => "WebAssembly",
            Self::Own => "those of a file of lanes",
            Self::All => "every one",
        }
    }

    pub(crate) fn has(self, lane: &Lane) -> bool {
        match self {
            Self::Fair => lane.standing == Some(Standing::Fair),
            Self::Ladder => lane.standing.is_some_and(|standing| standing <= Standing::Rung),
            Self::Containers => lane.record().side == Side::Container,
            Self::Wasm => lane.record().side == Side::Wasm,
            Self::Own => lane.is_own(),
            Self::All => true,
        }
    }
}

impl fmt::Display for LaneSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.as_str())
    }
}

impl LanePattern {
    fn fits(&self, slug: &Slug) -> bool {
        Glob::new(&self.0).is_ok_and(|glob| glob.compile_matcher().is_match(slug.as_str()))
    }
}

impl LaneWish {
    /// What is measured where nothing is wished.
    pub(crate) const USUAL: [Self; 2] = [Self::Of(LaneSet::Fair), Self::Of(LaneSet::Own)];

    /// The lane that it names.
    #[must_use]
    pub const fn named(&self) -> Option<&Slug> {
        match self {
            Self::Named(slug) => Some(slug),
            Self::Like(_) | Self::Of(_) => None,
        }
    }

    pub(crate) fn has(&self, lane: &Lane) -> bool {
        match self {
            Self::Named(slug) => lane.slug() == slug,
            Self::Like(pattern) => pattern.fits(lane.slug()),
            Self::Of(set) => set.has(lane),
        }
    }
}

impl From<Slug> for LaneWish {
    fn from(slug: Slug) -> Self {
        Self::Named(slug)
    }
}

/// Why text is no wish for lanes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaneWishError {
    /// There is no such set.
    #[error("there is no set of lanes `{0}`: there are {sets}", sets = sets())]
    NoSet(String),
    /// The pattern can't be read.
    #[error("`{pattern}` is no pattern of lanes' names: {why}")]
    NoPattern {
        /// What was written.
        pattern: String,
        /// What is wrong.
        why: String,
    },
    /// It can't be a lane's name.
    #[error(transparent)]
    NoName(#[from] SlugError),
}

fn sets() -> String {
    LaneSet::EVERY.map(|set| format!("`{set}`")).join(", ")
}

impl FromStr for LaneWish {
    type Err = LaneWishError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(name) = text.strip_prefix('@') {
            let found = LaneSet::EVERY.into_iter().find(|set| set.as_str() == name);
            return found.map(Self::Of).ok_or_else(|| LaneWishError::NoSet(text.to_owned()));
        }
        if text.contains(['*', '?', '[', '{']) {
            return match Glob::new(text) {
                Ok(_) => Ok(Self::Like(LanePattern(text.to_owned()))),
                Err(error) => {
                    Err(LaneWishError::NoPattern { pattern: text.to_owned(), why: error.kind().to_string() })
                }
            };
        }
        Ok(Self::Named(text.parse()?))
    }
}

impl TryFrom<String> for LaneWish {
    type Error = LaneWishError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for LaneWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(slug) => slug.fmt(f),
            Self::Like(pattern) => pattern.0.fmt(f),
            Self::Of(set) => set.fmt(f),
        }
    }
}

impl From<LaneWish> for String {
    fn from(wish: LaneWish) -> Self {
        wish.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_reads_as_it_is_written() {
        for text in ["docker", "wasmtime+*", "{docker,native}", "@fair", "@all"] {
            let wish: LaneWish = text.parse().unwrap();
            assert_eq!(wish.to_string(), text);
            assert_eq!(wish.named().is_some(), text == "docker");
        }
    }

    #[test]
    fn what_is_no_wish_is_refused_with_what_there_is() {
        let refused = |text: &str| text.parse::<LaneWish>().unwrap_err().to_string();
        assert!(refused("@best").contains("`@fair`, `@ladder`"), "{}", refused("@best"));
        assert!(refused("docker[").starts_with("`docker[` is no pattern"), "{}", refused("docker["));
        assert!(refused("Docker").starts_with("`Docker` is not a name"), "{}", refused("Docker"));
    }
}
