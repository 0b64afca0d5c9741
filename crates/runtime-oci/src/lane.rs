use plimsoll_model::{LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, LaneOffer, Standing, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

/// Lanes of containers that an OCI runtime runs alone.
pub(crate) const FAMILY: Slug = Slug::known("oci");

/// What is run where nothing else is said.
const USUAL: &str = "runc";

/// What tells one lane from another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Parameters {
    /// What runs a container: a name that is looked for on `PATH`, or a whole path. It is called as `runc` is.
    pub(crate) runtime: String,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { runtime: USUAL.to_owned() }
    }
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) slug: Slug,
    pub(crate) parameters: Parameters,
}

/// The lanes that there are without being written down, in the order in which they are shown, each with its runtime.
const LANES: [(Slug, &str, Standing); 3] = [
    (Slug::known("oci+runc"), USUAL, Standing::Rung),
    (Slug::known("oci+crun"), "crun", Standing::Rung),
    (Slug::known("oci+youki"), "youki", Standing::Aside),
];

impl Lane {
    pub(crate) fn offers() -> Vec<LaneOffer> {
        let offer = |(slug, runtime, standing): (_, &str, _)| {
            let parameters = Parameters { runtime: runtime.to_owned() };
            LaneOffer::new(Self { slug, parameters }.spec(), standing)
        };
        LANES.map(offer).into()
    }

    pub(crate) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        let lane = Self { slug: spec.slug.clone(), parameters: parameters_of(spec)? };
        if lane.parameters.runtime.is_empty() {
            return Err(LaneError::Together { lane: lane.slug, problem: "`runtime` names none".to_owned() });
        }
        Ok(lane)
    }

    /// With all its parameters.
    pub(crate) fn spec(&self) -> LaneSpec {
        let runtime = Parameter::Text(self.parameters.runtime.clone());
        let parameters = [(Slug::known("runtime"), runtime)].into();
        LaneSpec { parameters, ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    /// Where among those that are offered it is; `None` where a user wrote it down.
    pub(crate) fn place(&self) -> Option<usize> {
        let is_it =
            |(slug, runtime, _): &(Slug, &str, _)| self.slug == *slug && self.parameters.runtime == *runtime;
        LANES.iter().position(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_the_usual_runtime_s_where_it_says_nothing_and_no_lane_without_one() {
        let plain = Lane::of(&LaneSpec::plain(Slug::known("mine"), FAMILY)).unwrap();
        assert_eq!((plain.parameters.runtime.as_str(), plain.place()), ("runc", None));
        let none = Lane { parameters: Parameters { runtime: String::new() }, ..plain };
        assert!(Lane::of(&none.spec()).unwrap_err().to_string().contains("`runtime` names none"));
    }
}
