use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is started for a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Start {
    /// A new instance in a live engine.
    #[default]
    Instance,
    /// A fresh worker process.
    Process,
}
