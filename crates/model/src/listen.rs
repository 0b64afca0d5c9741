use std::collections::BTreeMap;
use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The variable that tells every service its address.
pub(crate) const ADDRESS: (&str, &str) = ("PLIMSOLL_LISTEN", "{host}:{port}");
/// The variable that platforms tell a port in.
const PORT: (&str, &str) = ("PORT", "{port}");

/// How a program is told where to listen, beside the variables `PLIMSOLL_LISTEN` (an address) and `PORT`: in each text
/// `{host}` and `{port}` stand for what they are in a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Environment variables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
}

/// What a program is told of its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Arguments.
    pub arguments: Vec<String>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
}

impl Listen {
    /// Whether nobody said how.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What is told where the program is to listen at this address.
    #[must_use]
    pub fn told(&self, address: SocketAddr) -> Told {
        let filled = |text: &str| {
            text.replace("{host}", &address.ip().to_string()).replace("{port}", &address.port().to_string())
        };
        let own = self.environment.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let environment = [ADDRESS, PORT].into_iter().chain(own);
        Told {
            arguments: self.arguments.iter().map(|text| filled(text)).collect(),
            environment: environment.map(|(name, text)| (name.to_owned(), filled(text))).collect(),
        }
    }
}

impl Told {
    /// The environment with what is granted beside it. `PORT` may be granted as something else; the address is not for a
    /// grant to say.
    #[must_use]
    pub fn beside(&self, granted: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let (address, _) = ADDRESS;
        let mut environment = self.environment.clone();
        let others = granted.iter().filter(|(name, _)| *name != address);
        environment.extend(others.map(|(name, value)| (name.clone(), value.clone())));
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_port_are_told_in_the_usual_variables_and_in_the_programs_own_words() {
        let usual = Listen::default().told(([127, 0, 0, 1], 8080).into());
        let told: Vec<(&str, &str)> =
            usual.environment.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(told, [("PLIMSOLL_LISTEN", "127.0.0.1:8080"), ("PORT", "8080")]);
        let own = Listen {
            arguments: vec!["--bind={host}".to_owned(), "{port}{port}".to_owned()],
            environment: [("PORT".to_owned(), ":{port}".to_owned())].into(),
        };
        let told = own.told(([0, 0, 0, 0], 1).into());
        let granted = ["PLIMSOLL_LISTEN", "PORT", "A"].map(|name| (name.to_owned(), "granted".to_owned()));
        let beside: Vec<String> = told.beside(&granted.into()).into_values().collect();
        assert_eq!(beside, ["granted", "0.0.0.0:1", "granted"]);
        assert_eq!(told.arguments, ["--bind=0.0.0.0", "11"]);
        assert_eq!(told.environment["PORT"], ":1");
    }
}
