//! What goes wrong, as a front end gets it.

use std::error::Error as StdError;

use plimsoll_capsule::CapsuleError;
use plimsoll_chart::ChartError;
use plimsoll_engine::EngineError;
use plimsoll_export::ExportError;
use plimsoll_model::{PlanError, Slug};
use plimsoll_store::StoreError;
use serde::{Deserialize, Serialize};

/// What a front end does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request names something that is not there, or a value that can't be: ask again.
    Usage,
    /// This machine, its disk or its engines can't do it: show the way out.
    Environment,
    /// The user stopped it before there was anything to keep: say nothing more.
    Interrupted,
}

/// An error at the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{message}")]
pub struct Error {
    /// What a front end does about it.
    pub code: Code,
    /// What happened, naming the thing.
    pub message: String,
    /// What it comes from, the nearest first.
    pub causes: Vec<String>,
    /// The way out, where the message does not hold it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub hint: Option<String>,
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: Code::Usage, message: message.into(), causes: Vec::new(), hint: None }
    }

    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self { code: Code::Environment, message: message.into(), causes: Vec::new(), hint: None }
    }

    pub(crate) fn interrupted() -> Self {
        let message = "stopped before anything was measured".to_owned();
        Self { code: Code::Interrupted, message, causes: Vec::new(), hint: None }
    }

    /// Stopped when some of it was measured and kept.
    pub(crate) fn interrupted_among(kept: &plimsoll_model::RunId) -> Self {
        let message = format!("stopped during run {kept}, which is kept as far as it came");
        Self { code: Code::Interrupted, message, causes: Vec::new(), hint: None }
    }

    pub(crate) fn of(code: Code, error: &dyn StdError) -> Self {
        let message = error.to_string();
        let mut causes: Vec<String> = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            let told = cause.to_string();
            // Some errors hold what they come from in their own words.
            if !causes.last().unwrap_or(&message).contains(&told) {
                causes.push(told);
            }
            next = cause.source();
        }
        Self { code, message, causes, hint: None }
    }

    /// All of it in one sentence.
    pub(crate) fn in_one(&self) -> String {
        std::iter::once(&self.message).chain(&self.causes).cloned().collect::<Vec<_>>().join(": ")
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<&StoreError> for Error {
    fn from(error: &StoreError) -> Self {
        let code = match error {
            StoreError::NotFound { .. } | StoreError::Ambiguous { .. } | StoreError::StillRunning { .. } => {
                Code::Usage
            }
            _ => Code::Environment,
        };
        Self::of(code, error)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<CapsuleError> for Error {
    fn from(error: CapsuleError) -> Self {
        let code = if error.is_usage() { Code::Usage } else { Code::Environment };
        Self::of(code, &error)
    }
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        Self::of(Code::Usage, &error)
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        let code = match error {
            EngineError::Plan(_) | EngineError::UnknownWorkload { .. } | EngineError::UnknownLane { .. } => {
                Code::Usage
            }
            EngineError::Record(_) | EngineError::PageCache { .. } => Code::Environment,
        };
        Self::of(code, &error)
    }
}

impl From<ExportError> for Error {
    fn from(error: ExportError) -> Self {
        Self::of(Code::Environment, &error)
    }
}

impl From<ChartError> for Error {
    fn from(error: ChartError) -> Self {
        Self::of(Code::Environment, &error)
    }
}

/// Names for a message: `` `a`, `b` ``.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a Slug>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
