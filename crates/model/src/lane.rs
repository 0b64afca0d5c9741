//! Lanes: the columns of a comparison. A lane is a family with parameters; its slug is only its name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// What makes a lane the lane it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct LaneSpec {
    /// Stable name, e.g. `docker+hostnet`.
    pub slug: Slug,
    /// The family of lanes that it is one of, e.g. `docker`.
    pub family: Slug,
    /// What tells it from the family's others, by name. Only the family knows what they mean.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<Slug, Parameter>,
}

impl LaneSpec {
    /// A lane of a family without parameters.
    #[must_use]
    pub const fn plain(slug: Slug, family: Slug) -> Self {
        Self { slug, family, parameters: BTreeMap::new() }
    }
}

/// The value of one parameter of a lane.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Parameter {
    /// On or off.
    Flag(bool),
    /// A number, in the unit that the family says.
    Number(u64),
    /// A word.
    Text(String),
}

impl std::fmt::Display for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// On which side of the question a lane stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A container.
    Container,
    /// WebAssembly.
    Wasm,
    /// Neither: what both are held against.
    Control,
}

/// What instances of a lane are called in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Words {
    /// At its start, e.g. `a new container`.
    pub starts: String,
    /// Once it runs, e.g. `the container`.
    pub is: String,
}

/// What a lane is, as told to a reader of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LaneRecord {
    /// What makes it the lane it is.
    pub spec: LaneSpec,
    /// Where it stands.
    pub side: Side,
    /// Its place among the looks of its side, so that it looks the same in every run; absent where its family gives
    /// it none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shade: Option<u8>,
    /// Whether each instance is a process of its own that starts with it, as that of a container is, and not one more in
    /// a process that was there before. Older runs do not tell it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_process: bool,
    /// What its instances are called.
    pub words: Words,
    /// What one instance of it is, in a sentence.
    pub summary: String,
    /// What differs here from the other lanes and can't be made equal, each in a sentence.
    pub unequal: Vec<String>,
    /// What works for an instance but stands outside its limits: daemon, shim, proxy, kernel.
    pub outside_limits: Vec<String>,
    /// Why this lane's instances can't be held to the limits on this host; absent when they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlimited: Option<String>,
    /// What an instance can reach of this machine that a stranger's code should not, as a clause; absent where it is
    /// shut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
}

impl LaneRecord {
    /// Its stable name.
    #[must_use]
    pub fn slug(&self) -> &Slug {
        &self.spec.slug
    }
}

/// A lane that was wished for and could not take part, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// The lane.
    pub lane: Slug,
    /// Why, with the way out.
    pub why: String,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "lane `{}` was left out: {}", self.lane, self.why)
    }
}

/// Whether something can be used here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Availability {
    /// It works; with the version or other words on it.
    Available {
        /// Version or other detail.
        detail: String,
    },
    /// It does not work.
    Unavailable {
        /// What is wrong.
        problem: String,
        /// What the user can do, as a command where there is one.
        remedy: String,
    },
}
