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
/// The most sentences that are told of one file.
const MOST_REMARKS: usize = 100;

/// What one file gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The requests, in order; at least one.
    pub(super) requests: Vec<ImportedRequest>,
    /// What was taken and what was left out, each in a sentence.
    pub(super) remarks: Vec<String>,
    /// Headers that stand there and are not sent.
    pub(super) unsent: Option<Unsent>,
}

/// Where a reader tells what a file does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// By flags.
    CommandLine,
    /// In the window's form, and in the manifest of what was added by it.
    Window,
}

/// Headers of a file that are not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsent {
    pub(super) file: String,
    pub(super) names: Vec<String>,
}

impl Unsent {
    fn told(&self, means: Means) -> String {
        let names: Vec<String> = self.names.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
        let way_out = match means {
            Means::CommandLine => "is sent with `--header`, or as `headers` of a manifest",
            Means::Window => "is written as `headers` into its `workload.toml`, once it is added",
        };
        format!(
            "Headers of `{}` that are not sent: {}. What the service needs of them {way_out}.",
            self.file,
            names.join(", ")
        )
    }
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

    /// What was taken and what was left out, each in a sentence, for whoever has these means to tell more.
    pub(crate) fn remarks(&self, means: Means) -> Vec<String> {
        let unsent = self.unsent.iter().map(|unsent| unsent.told(means));
        self.remarks.iter().cloned().chain(unsent).collect()
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
