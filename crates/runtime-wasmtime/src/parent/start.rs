use schemars::JsonSchema;
use serde::Deserialize;

/// What is started for a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Start {
    /// A new instance in a live engine.
    #[default]
    Instance,
    /// A fresh worker process.
    Process,
}

impl Start {
    /// The word for it in a lane's parameters.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Process => "process",
        }
    }
}
