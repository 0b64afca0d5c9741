//! The published formats of files.

use plimsoll_budget::budget_schema;
use plimsoll_export::{report_schema, versus_schema};
use plimsoll_store::run_schema;
use serde::Deserialize;
use serde_json::Value;

use crate::Registry;

/// Gives the JSON Schema of a kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// A run.
    #[default]
    Run,
    /// The figures of a run: the export `report-json`.
    Report,
    /// Runs set against a base run.
    Comparison,
    /// Budgets: `plimsoll.toml`, read as JSON.
    Budget,
    /// A user's own lanes: `lanes.toml`, read as JSON.
    Lanes,
}

impl Schema {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Run, Self::Report, Self::Comparison, Self::Budget, Self::Lanes];

    /// Stable name, e.g. `run`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Report => "report",
            Self::Comparison => "comparison",
            Self::Budget => "budget",
            Self::Lanes => "lanes",
        }
    }

    /// The schema (draft 2020-12).
    #[must_use]
    pub fn run(self) -> Value {
        match self {
            Self::Run => run_schema(),
            Self::Report => report_schema(),
            Self::Comparison => versus_schema(),
            Self::Budget => budget_schema(&plimsoll_engine::metrics()),
            Self::Lanes => Registry::built_in().schema(),
        }
    }
}
