//! Lanes: the columns of a comparison.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// What a lane is, as told to a reader of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LaneDescription {
    /// Stable name, e.g. `docker+hostnet`.
    pub slug: Slug,
    /// What one instance of it is, in a sentence.
    pub summary: String,
    /// What differs here from the other lanes and can't be made equal, each in a sentence.
    pub unequal: Vec<String>,
    /// What works for an instance but stands outside its limits: daemon, shim, proxy, kernel.
    pub outside_limits: Vec<String>,
    /// Why this lane's instances can't be held to the limits on this host; absent when they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlimited: Option<String>,
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
