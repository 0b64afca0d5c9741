//! The published format of a run's file.

use serde::Deserialize;

/// Gives the JSON Schema of a run's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Schema;

impl Schema {
    /// The schema (draft 2020-12), made from the types that write the file.
    #[must_use]
    pub fn run(self) -> serde_json::Value {
        plimsoll_store::run_schema()
    }
}
