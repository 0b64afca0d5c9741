use schemars::JsonSchema;
use serde::Deserialize;

/// How a container reaches the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Network {
    /// The default bridge, with one port published on 127.0.0.1.
    #[default]
    Bridge,
    /// The host's own network.
    Host,
}

impl Network {
    /// The engine's word for it.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
        }
    }
}
