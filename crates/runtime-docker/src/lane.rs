use plimsoll_model::{LaneSpec, Parameter, Slug};
use plimsoll_runtime::{LaneError, LaneOffer, Standing, parameters_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::SCRATCH;
use crate::begin::Begin;
use crate::engine_choice::EngineChoice;
use crate::network::Network;

/// Lanes of containers that an engine runs.
pub(crate) const FAMILY: Slug = Slug::known("docker");

/// What tells one lane from another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Which engine runs its containers. Empty: the one that `DOCKER_HOST` or the context of Docker's client names; `podman`:
    /// Podman's own service, at `CONTAINER_HOST`, `/run/podman/podman.sock` or `$XDG_RUNTIME_DIR/podman/podman.sock`; or the
    /// one at an address, e.g. `unix:///run/other.sock`.
    #[schemars(with = "String")]
    pub(crate) engine: EngineChoice,
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
        Self {
            engine: EngineChoice::default(),
            network: Network::default(),
            begin: Begin::default(),
            runtime: String::new(),
            base: SCRATCH.to_owned(),
        }
    }
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    slug: Slug,
    parameters: Parameters,
}

/// The one of Podman's containers.
pub(crate) const PODMAN: Slug = Slug::known("podman");

/// The lanes of the usual engine that there are without being written down, in the order in which they are shown, and whom
/// each is measured for.
const LANES: [(Slug, Network, Begin, &str, Standing); 9] = [
    (Slug::known("docker"), Network::Bridge, Begin::Create, SCRATCH, Standing::Fair),
    (Slug::known("docker+hostnet"), Network::Host, Begin::Create, SCRATCH, Standing::Fair),
    (Slug::known("docker+warm"), Network::Bridge, Begin::Start, SCRATCH, Standing::Rung),
    (Slug::known("docker+restart"), Network::Bridge, Begin::Restart, SCRATCH, Standing::Rung),
    (Slug::known("docker+exec"), Network::Bridge, Begin::Exec, SCRATCH, Standing::Rung),
    (Slug::known("docker+unpause"), Network::Bridge, Begin::Unpause, SCRATCH, Standing::Rung),
    (Slug::known("docker+debian"), Network::Bridge, Begin::Create, "debian", Standing::Aside),
    (Slug::known("docker+alpine"), Network::Bridge, Begin::Create, "alpine", Standing::Aside),
    (Slug::known("docker+distroless"), Network::Bridge, Begin::Create, "distroless", Standing::Aside),
];

/// Those and the one of Podman, with whom each is measured for.
fn offered() -> impl Iterator<Item = (Lane, Standing)> {
    let docker = LANES.into_iter().map(|(slug, network, begin, base, standing)| {
        let parameters = Parameters { network, begin, base: base.to_owned(), ..Parameters::default() };
        (Lane { slug, parameters }, standing)
    });
    let parameters = Parameters { engine: EngineChoice::Podman, ..Parameters::default() };
    docker.chain([(Lane { slug: PODMAN, parameters }, Standing::Aside)])
}

impl Lane {
    /// Every one that there is without being written down.
    pub(crate) fn offers() -> Vec<LaneOffer> {
        offered().map(|(lane, standing)| LaneOffer::new(lane.spec(), standing)).collect()
    }

    /// The one of containers that a runtime runs which the engine has registered; `None` where no lane can be called so.
    pub(crate) fn run_by(engine: &EngineChoice, runtime: &str) -> Option<Self> {
        let beside = match engine {
            EngineChoice::Usual => FAMILY,
            EngineChoice::Podman => PODMAN,
            EngineChoice::At(_) => return None,
        };
        let plain = |letter: char| match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => letter,
            _ => '-',
        };
        let slug = format!("{beside}+{}", runtime.chars().map(plain).collect::<String>());
        let (engine, runtime) = (engine.clone(), runtime.to_owned());
        let parameters = Parameters { engine, runtime, ..Parameters::default() };
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
        let Parameters { engine, network, runtime, begin, base } = &self.parameters;
        let text = |name, value: &str| (Slug::known(name), Parameter::Text(value.to_owned()));
        let parameters = [
            text("engine", engine.as_str()),
            text("network", network.mode()),
            text("runtime", runtime),
            text("begin", begin.as_str()),
            text("base", base),
        ];
        LaneSpec { parameters: parameters.into(), ..LaneSpec::plain(self.slug.clone(), FAMILY) }
    }

    pub(crate) const fn engine(&self) -> &EngineChoice {
        &self.parameters.engine
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
        self.place().is_some() || Self::run_by(self.engine(), self.runtime()).as_ref() == Some(self)
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
        let slug = |runtime| Lane::run_by(&EngineChoice::Usual, runtime).map(|lane| lane.slug.to_string());
        assert_eq!(slug("Kata_FC"), Some("docker+kata-fc".to_owned()));
        assert_eq!(slug(&"x".repeat(60)), None);
        let podman = Lane::run_by(&EngineChoice::Podman, "crun").unwrap();
        assert_eq!(podman.slug.as_str(), "podman+crun");
        assert!(podman.is_known() && Lane::of(&podman.spec()).unwrap() == podman);
    }
}
