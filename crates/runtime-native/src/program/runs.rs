use plimsoll_model::Form;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Runs {
    /// A component of WASI 0.2.
    #[default]
    Component,
    /// A module of WASI 0.1.
    Module,
    /// A static binary.
    Binary,
}

impl Runs {
    /// The word for it in a lane.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Module => "module",
            Self::Binary => "binary",
        }
    }

    pub(super) const fn form(self) -> Form {
        match self {
            Self::Component => Form::Component,
            Self::Module => Form::Module,
            Self::Binary => Form::Binary,
        }
    }
}
