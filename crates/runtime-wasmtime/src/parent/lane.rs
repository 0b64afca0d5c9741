use plimsoll_model::{LaneRecord, LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, by_its_name, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::parent::describe::record;
use crate::parent::start::Start;

/// Lanes of components that an embedded Wasmtime runs.
pub(super) const FAMILY: Slug = Slug::known("wasmtime");

/// The lanes that there are without being written down, in the order in which they are shown.
const LANES: [(Slug, Start); 2] =
    [(Slug::known("wasmtime"), Start::Instance), (Slug::known("wasmtime-process"), Start::Process)];

/// What tells one lane from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Parameters {
    /// What a start begins.
    begin: Start,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    slug: Slug,
    pub(super) start: Start,
}

impl Lane {
    /// Every one that there is without being written down.
    pub(super) fn offered() -> [Self; 2] {
        LANES.map(|(slug, start)| Self { slug, start })
    }

    pub(super) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        let Parameters { begin } = parameters_of(spec)?;
        Ok(Self { slug: spec.slug.clone(), start: begin })
    }

    /// With all its parameters.
    pub(super) fn spec(&self) -> LaneSpec {
        let begin = (Slug::known("begin"), Parameter::Text(self.start.as_str().to_owned()));
        LaneSpec { parameters: [begin].into(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    pub(super) fn record(&self, unlimited: Option<String>) -> LaneRecord {
        let record = record(self.spec(), self.start, unlimited);
        if Self::offered().contains(self) { record } else { by_its_name(record) }
    }
}
