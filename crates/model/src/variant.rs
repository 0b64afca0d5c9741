//! Versions of workloads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// One version of the plan's workloads. Versions of one workload are loaded at one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name.
    pub slug: Slug,
    /// Those of the plan's workloads that have it; absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<Slug>>,
}

impl Variant {
    /// The version that a plan is about.
    pub const NEW: Slug = Slug::known("new");
    /// The version before a change.
    pub const BEFORE: Slug = Slug::known("before");

    /// The version that a plan is about, of all its workloads.
    #[must_use]
    pub const fn new() -> Self {
        Self { slug: Self::NEW, of: None }
    }

    /// Whether a workload has it.
    #[must_use]
    pub fn has(&self, workload: &Slug) -> bool {
        self.of.as_ref().is_none_or(|of| of.contains(workload))
    }
}

impl Default for Variant {
    fn default() -> Self {
        Self::new()
    }
}
