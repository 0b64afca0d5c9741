//! The images that an engine of this machine has.

use serde::Serialize;

use crate::Registry;

/// Images by name, for somebody who chooses one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Images {
    /// Their names, each once, sorted.
    pub names: Vec<String>,
    /// Why there may be more: an engine that does not answer, in a sentence.
    pub note: Option<String>,
}

impl Images {
    /// Asks every family of lanes for the images that it could run.
    pub async fn of(registry: &Registry) -> Self {
        let mut images = Self::default();
        for found in registry.images().await {
            match found {
                Ok(names) => images.names.extend(names),
                Err(error) => {
                    images.note = Some(format!("The engine's images can't be listed now: {error}."));
                }
            }
        }
        images.names.sort_unstable();
        images.names.dedup();
        images
    }
}
