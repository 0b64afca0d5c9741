//! `capsule.json`: what a capsule holds.

use jiff::Timestamp;
use plimsoll_model::{RunId, Slug};
use serde::{Deserialize, Serialize};

use crate::{EntryName, NameFault};

/// The version of the capsule's format that this build writes, and the last one that it reads.
pub const CAPSULE_VERSION: u32 = 1;

/// The entry that holds the run's file.
pub const RUN: &str = "run.json";
/// The entry that lists the others.
pub(crate) const CONTENTS: &str = "capsule.json";
/// The entry that holds the SHA-256 of that list, as `sha256sum` writes it.
pub(crate) const SUM: &str = "capsule.sha256";
/// How the names of workloads' files begin.
pub(crate) const WORKLOADS: &str = "workloads/";

/// What a capsule holds, and where it comes from. Whoever made it can have written anything here: only the checksums
/// are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Version of this format.
    pub capsule_version: u32,
    /// Whose run it is and who packed it.
    pub head: Head,
    /// Every entry but this list and its checksum.
    pub entries: Vec<CapsuleEntry>,
}

/// Whose run it is and who packed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Program and version that packed it.
    pub packed_by: String,
    /// When.
    pub packed_at: Timestamp,
    /// The run.
    pub run: RunId,
    /// The images that its container lanes ran. What they are made of is in the capsule; of one that is named by
    /// reference, nothing is.
    pub images: Vec<Image>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapsuleEntry {
    /// Its name.
    pub name: EntryName,
    /// Its length in bytes, unpacked.
    pub bytes: u64,
    /// SHA-256 (hex) of its bytes, unpacked.
    pub sha256: String,
    /// Whether it is to be a program where it is unpacked: an image that is built of it would not start without.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
}

/// An image that a lane made of a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// The workload.
    pub workload: Slug,
    /// The lane.
    pub lane: Slug,
    /// The arm.
    pub arm: Slug,
    /// Its digest, as the engine tells it.
    pub digest: String,
}

/// The entry that holds a workload's file.
///
/// # Errors
/// When a capsule takes no such name.
pub fn of_workload(workload: &Slug, file: &str) -> Result<EntryName, NameFault> {
    EntryName::new(format!("{WORKLOADS}{workload}/{file}"))
}

impl Contents {
    /// The entry of this name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&CapsuleEntry> {
        self.entries.iter().find(|entry| entry.name.as_str() == name)
    }

    /// Whether it holds workloads, so that its run can be run again.
    #[must_use]
    pub fn has_workloads(&self) -> bool {
        self.entries.iter().any(|entry| entry.name.as_str().starts_with(WORKLOADS))
    }
}
