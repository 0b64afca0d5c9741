use plimsoll_model::{LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, LaneOffer, Standing, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::SCRATCH;
use crate::begin::Begin;
use crate::network::Network;

/// Lanes of containers that a Docker engine runs.
pub(crate) const FAMILY: Slug = Slug::known("docker");

/// What tells one lane from another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Parameters {
    /// How its containers reach the network.
    pub(crate) network: Network,
    /// What runs a container, by the name that the engine has registered it under, e.g. `crun`; empty: what the engine runs
    /// containers with by default.
    pub(crate) runtime: String,
    /// What of a container is there before the clock starts.
    pub(crate) begin: Begin,
    /// What lies under the binary in an image that is built for it: `scratch` (nothing), `debian`, `alpine`, `distroless`
    /// (an image that is here), or an image by its name.
    pub(crate) base: String,
}

impl Default for Parameters {
    fn default() -> Self {
        let (network, begin) = (Network::default(), Begin::default());
        Self { network, begin, runtime: String::new(), base: SCRATCH.to_owned() }
    }
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    slug: Slug,
    parameters: Parameters,
}

/// The lanes that there are without being written down, in the order in which they are shown, and whom each is measured for.
const LANES: [(Slug, Network, Begin, &str, Standing); 8] = [
    (Slug::known("docker"), Network::Bridge, Begin::Create, SCRATCH, Standing::Fair),
    (Slug::known("docker+hostnet"), Network::Host, Begin::Create, SCRATCH, Standing::Fair),
    (Slug::known("docker+warm"), Network::Bridge, Begin::Start, SCRATCH, Standing::Rung),
    (Slug::known("docker+restart"), Network::Bridge, Begin::Restart, SCRATCH, Standing::Rung),
    (Slug::known("docker+unpause"), Network::Bridge, Begin::Unpause, SCRATCH, Standing::Rung),
    (Slug::known("docker+debian"), Network::Bridge, Begin::Create, "debian", Standing::Aside),
    (Slug::known("docker+alpine"), Network::Bridge, Begin::Create, "alpine", Standing::Aside),
    (Slug::known("docker+distroless"), Network::Bridge, Begin::Create, "distroless", Standing::Aside),
];

/// Those, with whom each is measured for.
fn offered() -> impl Iterator<Item = (Lane, Standing)> {
    LANES.into_iter().map(|(slug, network, begin, base, standing)| {
        let parameters = Parameters { network, begin, base: base.to_owned(), ..Parameters::default() };
        (Lane { slug, parameters }, standing)
    })
}

impl Lane {
    /// Every one that there is without being written down.
    pub(crate) fn offers() -> Vec<LaneOffer> {
        offered().map(|(lane, standing)| LaneOffer::new(lane.spec(), standing)).collect()
    }

    /// The one of containers that a runtime runs which the engine has registered; `None` where no lane can be called so.
    pub(crate) fn run_by(runtime: &str) -> Option<Self> {
        let plain = |letter: char| match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => letter,
            _ => '-',
        };
        let slug = format!("{FAMILY}+{}", runtime.chars().map(plain).collect::<String>());
        let parameters = Parameters { runtime: runtime.to_owned(), ..Parameters::default() };
        Some(Self { slug: slug.parse().ok()?, parameters })
    }

    /// One that an engine is tried with.
    pub(crate) fn to_try(network: Network, runtime: &str) -> Self {
        let slug = Slug::known(match network {
            Network::Bridge => "docker",
            Network::Host => "docker+hostnet",
        });
        let parameters = Parameters { network, runtime: runtime.to_owned(), ..Parameters::default() };
        Self { slug, parameters }
    }

    pub(crate) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        Ok(Self { slug: spec.slug.clone(), parameters: parameters_of(spec)? })
    }

    /// With all its parameters.
    pub(crate) fn spec(&self) -> LaneSpec {
        let Parameters { network, runtime, begin, base } = &self.parameters;
        let text = |name, value: &str| (Slug::known(name), Parameter::Text(value.to_owned()));
        let parameters = [
            text("network", network.mode()),
            text("runtime", runtime),
            text("begin", begin.as_str()),
            text("base", base),
        ];
        LaneSpec { parameters: parameters.into(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    pub(crate) const fn network(&self) -> Network {
        self.parameters.network
    }

    /// The runtime's name; empty for the engine's default.
    pub(crate) fn runtime(&self) -> &str {
        &self.parameters.runtime
    }

    pub(crate) const fn begin(&self) -> Begin {
        self.parameters.begin
    }

    pub(crate) fn base(&self) -> &str {
        &self.parameters.base
    }

    /// Its place among those that are offered.
    pub(crate) fn place(&self) -> Option<usize> {
        offered().position(|(lane, _)| lane == *self)
    }

    /// Whether no user wrote it down.
    pub(crate) fn is_known(&self) -> bool {
        self.place().is_some() || Self::run_by(self.runtime()).as_ref() == Some(self)
    }

    /// The lane in a container's name or a tag, where `+` is not allowed and no slug has a `.`.
    pub(crate) fn name_part(&self) -> String {
        self.slug.as_str().replace('+', ".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_called_by_its_runtime_as_far_as_a_name_allows() {
        let slug = |runtime| Lane::run_by(runtime).map(|lane| lane.slug.to_string());
        assert_eq!(slug("Kata_FC"), Some("docker+kata-fc".to_owned()));
        assert_eq!(slug(&"x".repeat(60)), None);
    }
}
