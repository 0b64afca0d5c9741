//! What runs there are.

use std::path::PathBuf;

use plimsoll_store::Listing;
use serde::{Deserialize, Serialize};

use crate::{Error, Places};

/// Lists the runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct List {
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

/// One entry of the folder that runs are kept in: `run`, or the `error` that keeps it from being read.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// The file.
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub path: PathBuf,
    /// The run in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Listing>,
    /// Why it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

impl List {
    /// Lists them, the newest first. None is no error.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn run(&self) -> Result<Vec<Kept>, Error> {
        let entries = self.places.store()?.list()?;
        Ok(entries
            .into_iter()
            .map(|entry| {
                let (run, error) = match entry.content {
                    Ok(listing) => (Some(listing), None),
                    Err(error) => (None, Some(Error::from(error))),
                };
                Kept { path: entry.path, run, error }
            })
            .collect())
    }
}
