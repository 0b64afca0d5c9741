use std::borrow::Cow;

use serde::Deserialize;

/// Whose containers a lane's are, as it is said in a lane's parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum EngineChoice {
    /// The engine's that the user's environment and the settings of Docker's client name.
    #[default]
    Usual,
    /// Those of Podman's own service.
    Podman,
    /// The engine's at this address.
    At(String),
}

/// A word that names no engine.
#[derive(Debug, thiserror::Error)]
#[error("there is ``, `podman`, or an address such as `unix:///run/other.sock`")]
pub(crate) struct NoEngine;

const PODMAN: &str = "podman";

impl TryFrom<String> for EngineChoice {
    type Error = NoEngine;

    fn try_from(text: String) -> Result<Self, NoEngine> {
        match text.as_str() {
            "" => Ok(Self::Usual),
            PODMAN => Ok(Self::Podman),
            address if address.contains("://") => Ok(Self::At(text)),
            _ => Err(NoEngine),
        }
    }
}

impl EngineChoice {
    /// The word for it in a lane.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Usual => "",
            Self::Podman => PODMAN,
            Self::At(address) => address,
        }
    }

    /// What begins it anew, as a command where there is one.
    pub(crate) fn begun_anew(&self) -> Cow<'static, str> {
        match self {
            Self::Usual => "systemctl restart docker".into(),
            Self::Podman => "systemctl restart podman.socket".into(),
            Self::At(address) => format!("begin the engine at `{address}` anew").into(),
        }
    }

    /// What tells its containers from others, behind the word for one.
    pub(crate) fn told(&self) -> Option<String> {
        match self {
            Self::Usual => None,
            Self::Podman => Some("of Podman".to_owned()),
            Self::At(address) => Some(format!("of the engine at `{address}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_an_engine_or_is_refused_with_what_there_is() {
        for word in ["", "podman", "unix:///run/other.sock", "tcp://127.0.0.1:2375"] {
            assert_eq!(EngineChoice::try_from(word.to_owned()).unwrap().as_str(), word);
        }
        let refused = EngineChoice::try_from("docker".to_owned()).unwrap_err().to_string();
        assert!(refused.contains("`podman`") && refused.contains("unix:///"), "{refused}");
    }
}
