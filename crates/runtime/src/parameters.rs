//! From a lane's parameters, which the model does not know, to the type that its family gives them.

use plimsoll_model::{LaneSpec, Parameter, Slug};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Why a family can't open a lane.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// It names a parameter that the family does not have.
    #[error("lane `{lane}`: family `{family}` has no parameter `{parameter}`: {there_is}")]
    Unknown {
        /// The lane.
        lane: Slug,
        /// Its family.
        family: Slug,
        /// What it names.
        parameter: Slug,
        /// The parameters that there are, as a clause.
        there_is: String,
    },
    /// A parameter can't be what it is.
    #[error("lane `{lane}`: parameter `{parameter}` can't be `{value}`: {there_is}")]
    Value {
        /// The lane.
        lane: Slug,
        /// The parameter.
        parameter: Slug,
        /// What it is.
        value: Parameter,
        /// What it could be, as a clause.
        there_is: String,
    },
    /// Each could be, but not all together.
    #[error("lane `{lane}`: its parameters can't be together: {problem}")]
    Together {
        /// The lane.
        lane: Slug,
        /// Why.
        problem: String,
    },
}

impl LaneError {
    /// The parameter that is wrong; `None` where it is not one alone.
    #[must_use]
    pub const fn parameter(&self) -> Option<&Slug> {
        match self {
            Self::Unknown { parameter, .. } | Self::Value { parameter, .. } => Some(parameter),
            Self::Together { .. } => None,
        }
    }
}

/// The JSON Schema (draft 2020-12) of a family's parameters, without references.
#[must_use]
pub fn schema_of<P: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<P>().to_value()
}

/// A lane's parameters as its family's type, in which each has a default.
///
/// # Errors
/// Names the parameter that is unknown or wrong, and what there is.
pub fn parameters_of<P: DeserializeOwned + JsonSchema>(lane: &LaneSpec) -> Result<P, LaneError> {
    let schema = schema_of::<P>();
    let known = schema["properties"].as_object();
    let mut all = Map::new();
    for (parameter, value) in &lane.parameters {
        let Some(own) = known.and_then(|known| known.get(parameter.as_str())) else {
            return Err(LaneError::Unknown {
                lane: lane.slug.clone(),
                family: lane.family.clone(),
                parameter: parameter.clone(),
                there_is: there_is(known.into_iter().flat_map(Map::keys).map(String::as_str)),
            });
        };
        // Alone, so that what is refused is this one: the others have their defaults.
        if let Err(error) = serde_json::from_value::<P>(json!({ parameter.as_str(): value })) {
            let choices = choices(own);
            return Err(LaneError::Value {
                lane: lane.slug.clone(),
                parameter: parameter.clone(),
                value: value.clone(),
                there_is: if choices.is_empty() { error.to_string() } else { there_is(choices) },
            });
        }
        all.insert(parameter.to_string(), json!(value));
    }
    serde_json::from_value(Value::Object(all))
        .map_err(|error| LaneError::Together { lane: lane.slug.clone(), problem: error.to_string() })
}

/// The words that a parameter can be; none where it is no choice between words.
fn choices(own: &Value) -> Vec<&str> {
    // What a word means makes it a `const` of its own; the others stand in an `enum`, perhaps beside those.
    let each = |name: &str| own[name].as_array().into_iter().flatten();
    let words = own["const"].as_str().into_iter().chain(each("enum").filter_map(Value::as_str));
    words.chain(each("oneOf").flat_map(choices)).collect()
}

fn there_is<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "it has none".to_owned() } else { format!("there is {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Begin {
        /// As usual.
        #[default]
        Create,
        /// In a living one.
        Exec,
    }

    #[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Made {
        begin: Begin,
        pages: u32,
    }

    fn made(parameters: &[(&'static str, Parameter)]) -> Result<Made, LaneError> {
        let own = |(name, value): &(&'static str, Parameter)| (Slug::known(name), value.clone());
        let lane = LaneSpec::plain(Slug::known("mine"), Slug::known("made"));
        parameters_of(&LaneSpec { parameters: parameters.iter().map(own).collect(), ..lane })
    }

    fn refusal(name: &'static str, value: Parameter) -> String {
        made(&[("pages", Parameter::Number(2)), (name, value)]).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_given_has_its_default() {
        assert_eq!(made(&[]), Ok(Made::default()));
        let exec = Parameter::Text("exec".to_owned());
        assert_eq!(made(&[("begin", exec)]), Ok(Made { begin: Begin::Exec, pages: 0 }));
    }

    #[test]
    fn a_refusal_names_lane_parameter_and_what_there_is() {
        let unknown = refusal("begins", Parameter::Flag(true));
        assert_eq!(
            unknown,
            "lane `mine`: family `made` has no parameter `begins`: there is `begin`, `pages`"
        );
        for value in [Parameter::Text("unpause".to_owned()), Parameter::Flag(true)] {
            let wrong = refusal("begin", value.clone());
            assert_eq!(
                wrong,
                format!("lane `mine`: parameter `begin` can't be `{value}`: there is `create`, `exec`")
            );
        }
        let wrong = refusal("pages", Parameter::Number(u64::MAX));
        assert!(
            wrong.starts_with("lane `mine`: parameter `pages` can't be `18446744073709551615`: "),
            "{wrong}"
        );
    }
}
