//! Stable names of lanes, workloads, arms and metrics.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A stable name: 1 to 40 characters out of `a-z`, `0-9`, `-`, `_` and `+`, beginning with a letter.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(Cow<'static, str>);

/// Why a text is no slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name: use 1 to 40 of a-z, 0-9, `-`, `_` and `+`, beginning with a letter")]
pub struct SlugError {
    text: String,
}

impl Slug {
    /// A slug known at compile time. Fails to compile when used in a constant that breaks the rule.
    #[must_use]
    pub const fn known(text: &'static str) -> Self {
        assert!(Self::is_valid(text.as_bytes()), "not a slug");
        Self(Cow::Borrowed(text))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    const fn is_valid(text: &[u8]) -> bool {
        if text.is_empty() || text.len() > 40 || !text[0].is_ascii_lowercase() {
            return false;
        }
        let mut at = 0;
        while at < text.len() {
            if !matches!(text[at], b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'+') {
                return false;
            }
            at += 1;
        }
        true
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        if Self::is_valid(text.as_bytes()) {
            Ok(Self(Cow::Owned(text)))
        } else {
            let text = text.chars().take(80).collect();
            Err(SlugError { text })
        }
    }
}

impl std::str::FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0.into_owned()
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl JsonSchema for Slug {
    fn schema_name() -> Cow<'static, str> {
        "Slug".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A stable name.",
            "pattern": "^[a-z][a-z0-9_+-]{0,39}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_capitals_blanks_or_a_path_is_refused() {
        for bad in ["", "Docker", "a b", "../up", "1a", "é", &"a".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
        assert_eq!("docker+hostnet".parse::<Slug>().unwrap().as_str(), "docker+hostnet");
    }
}
