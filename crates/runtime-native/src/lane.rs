use plimsoll_model::Slug;
use schemars::JsonSchema;
use serde::Deserialize;

/// Lanes of plain processes.
pub(crate) const FAMILY: Slug = Slug::known("native");

/// The one lane that there is without being written down.
pub(crate) const LANE: Slug = Slug::known("native");

/// Nothing tells one lane from another yet.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {}
