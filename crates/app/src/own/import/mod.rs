//! Requests out of files that others write: a HAR, an OpenAPI document.

mod error;
mod har;
mod openapi;

use std::path::Path;
use std::sync::Arc;

use plimsoll_files::{Unread, read_file};
use plimsoll_model::{BodySchema, Slug};

pub(crate) use self::error::ImportError;
pub(crate) use self::har::har;
pub(super) use self::openapi::openapi;

/// The largest file that is read, in bytes: what a browser saves holds all answers.
const LARGEST_HAR: u64 = 512 << 20;
/// The largest document that is read, in bytes.
const LARGEST_OPENAPI: u64 = 16 << 20;
/// The most different requests that are taken from one file.
const MOST_REQUESTS: usize = 64;
/// The most sentences that are told of one file.
const MOST_REMARKS: usize = 100;

/// What one file gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The requests, in order; at least one.
    pub(super) requests: Vec<ImportedRequest>,
    /// What was taken and what was left out, each in a sentence.
    pub(super) remarks: Vec<String>,
}

/// A request that a file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportedRequest {
    /// What the file calls it, where that is a name.
    pub(super) name: Option<Slug>,
    pub(super) method: String,
    /// Path with query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_type: Option<String>,
    pub(super) body: Arc<[u8]>,
    /// How often it stands there.
    pub(super) weight: u32,
    /// What the file says of the answer.
    pub(super) answer: ToldAnswer,
}

/// What a file says of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ToldAnswer {
    pub(super) status: Option<u16>,
    pub(super) schema: Option<BodySchema>,
}

impl Imported {
    /// How many requests there are.
    pub(crate) fn len(&self) -> usize {
        self.requests.len()
    }

    /// What was taken and what was left out, each in a sentence.
    pub(crate) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Holds what is told to a length that is read.
    fn bounded(mut self) -> Self {
        let more = self.remarks.len().saturating_sub(MOST_REMARKS);
        if more > 0 {
            self.remarks.truncate(MOST_REMARKS);
            self.remarks.push(format!("{more} more were left out."));
        }
        self
    }
}

fn read(file: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    read_file(file, limit)
}

/// The requests of a HAR: see [`crate::fuzz`].
pub(crate) fn read_har(bytes: &[u8]) -> Result<Imported, ImportError> {
    har::read(bytes, "a.har")
}

/// The requests of an OpenAPI document: see [`crate::fuzz`].
pub(crate) fn read_openapi(bytes: &[u8]) -> Result<Imported, ImportError> {
    openapi::read(bytes, "openapi.yaml")
}
