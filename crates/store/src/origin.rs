//! Runs that were measured elsewhere.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a run came from that this store did not see grow. Kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Name of the capsule's file, without its folder.
    pub capsule: String,
    /// SHA-256 (hex) of the capsule.
    pub sha256: String,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the run was not measured here: it came in the capsule `{}`", self.capsule)?;
        write!(f, " (SHA-256 {}), opened {}", self.sha256, self.opened_at.strftime("%Y-%m-%d %H:%M UTC"))
    }
}
