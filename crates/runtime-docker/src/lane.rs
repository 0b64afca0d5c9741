use plimsoll_model::{LaneRecord, LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, LaneOffer, Standing, by_its_name, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::SCRATCH;
use crate::begin::Begin;
use crate::describe;
use crate::findings::Findings;
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

/// The lanes that there are without being written down, in the order in which they are shown.
fn offered() -> Vec<(Lane, Standing)> {
    let usual = Parameters::default;
    let lane = |slug, parameters| Lane { slug: Slug::known(slug), parameters };
    let begun = |slug, begin| (lane(slug, Parameters { begin, ..usual() }), Standing::Rung);
    let on =
        |slug, base: &str| (lane(slug, Parameters { base: base.to_owned(), ..usual() }), Standing::Aside);
    vec![
        (lane("docker", usual()), Standing::Fair),
        (lane("docker+hostnet", Parameters { network: Network::Host, ..usual() }), Standing::Fair),
        begun("docker+warm", Begin::Start),
        begun("docker+restart", Begin::Restart),
        begun("docker+unpause", Begin::Unpause),
        on("docker+debian", "debian"),
        on("docker+alpine", "alpine"),
        on("docker+distroless", "distroless"),
    ]
}

impl Lane {
    /// Every one that there is without being written down.
    pub(crate) fn offers() -> Vec<LaneOffer> {
        offered().into_iter().map(|(lane, standing)| LaneOffer::new(lane.spec(), standing)).collect()
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

    /// As the engine was found; where it was not tried, without what only that tells.
    pub(crate) fn record(&self, found: Option<&Findings>) -> LaneRecord {
        let place = offered().iter().position(|(lane, _)| lane == self);
        let record = describe::record(self, place, found);
        let is_found = Self::run_by(self.runtime()).as_ref() == Some(self);
        if place.is_some() || is_found { record } else { by_its_name(record) }
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
    fn another_lane_with_the_same_parameters_is_told_from_the_one_that_is_offered() {
        let bridge = Lane::to_try(Network::Bridge, "");
        let mine = Lane::of(&LaneSpec::plain(Slug::known("mine"), FAMILY)).unwrap();
        assert_eq!(mine.network(), bridge.network());
        assert_eq!(mine.spec().parameters, bridge.spec().parameters);
        let (mine, bridge) = (mine.record(None), bridge.record(None));
        assert_eq!(mine.words.is, "the container in lane `mine`");
        assert_eq!((mine.shade, bridge.shade), (None, Some(0)));
    }

    #[test]
    fn no_two_lanes_that_are_offered_are_spoken_of_alike() {
        let mut seen = std::collections::HashSet::new();
        let found = Lane::run_by("crun").unwrap();
        for lane in offered().into_iter().map(|(lane, _)| lane).chain([found]) {
            let words = lane.record(None).words;
            assert!(seen.insert(words.starts.clone()) && seen.insert(words.is.clone()), "{words:?}");
        }
    }

    #[test]
    fn a_lane_is_called_by_its_runtime_as_far_as_a_name_allows() {
        let slug = |runtime| Lane::run_by(runtime).map(|lane| lane.slug.to_string());
        assert_eq!(slug("Kata_FC"), Some("docker+kata-fc".to_owned()));
        assert_eq!(slug(&"x".repeat(60)), None);
    }
}
