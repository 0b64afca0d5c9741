use plimsoll_model::{LaneRecord, LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, by_its_name, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::describe;
use crate::findings::Findings;
use crate::network::Network;

/// Lanes of containers that a Docker engine runs.
pub(crate) const FAMILY: Slug = Slug::known("docker");

/// The lanes that there are without being written down, in the order in which they are shown.
const LANES: [(Slug, Network); 2] =
    [(Slug::known("docker"), Network::Bridge), (Slug::known("docker+hostnet"), Network::Host)];

/// What tells one lane from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Parameters {
    /// How its containers reach the network.
    network: Network,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    slug: Slug,
    pub(crate) network: Network,
}

impl Lane {
    /// Every one that there is without being written down.
    pub(crate) fn offered() -> [Self; 2] {
        LANES.map(|(slug, network)| Self { slug, network })
    }

    pub(crate) fn of(spec: &LaneSpec) -> Result<Self, LaneError> {
        let Parameters { network } = parameters_of(spec)?;
        Ok(Self { slug: spec.slug.clone(), network })
    }

    /// With all its parameters.
    pub(crate) fn spec(&self) -> LaneSpec {
        let network = (Slug::known("network"), Parameter::Text(self.network.mode().to_owned()));
        LaneSpec { parameters: [network].into(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    /// As the engine was found; where it was not tried, without what only that tells.
    pub(crate) fn record(&self, found: Option<&Findings>) -> LaneRecord {
        let record = describe::record(self.network, self.spec(), found);
        if Self::offered().contains(self) { record } else { by_its_name(record) }
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
        let [bridge, _] = Lane::offered();
        let mine = Lane::of(&LaneSpec::plain(Slug::known("mine"), FAMILY)).unwrap();
        assert_eq!(mine.network, bridge.network);
        assert_eq!(mine.spec().parameters, bridge.spec().parameters);
        let (mine, bridge) = (mine.record(None), bridge.record(None));
        assert_eq!(mine.words.is, "the container in lane `mine`");
        assert_eq!((mine.shade, bridge.shade), (None, Some(0)));
    }
}
