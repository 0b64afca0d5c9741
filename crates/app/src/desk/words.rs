//! What every screen is made of: tones, sentences, charts.

use plimsoll_chart::ChartSpec;
use serde::Serialize;

/// How grave something is, told by words or a symbol beside any colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Neither.
    Plain,
    /// As it should be.
    Good,
    /// To be doubted.
    Warning,
    /// To be mended.
    Problem,
}

/// A sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Remark {
    /// How grave it is.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
    /// What can be done, as a command where there is one.
    pub remedy: Option<String>,
}

/// The charts of a workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Charts {
    /// The workload, by its title.
    pub workload: String,
    /// Its charts.
    pub charts: Vec<ChartSpec>,
}

impl From<crate::Status> for Tone {
    fn from(status: crate::Status) -> Self {
        match status {
            crate::Status::Good => Self::Good,
            crate::Status::Warning => Self::Warning,
            crate::Status::Problem => Self::Problem,
        }
    }
}
