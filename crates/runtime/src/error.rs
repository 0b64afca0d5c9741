use std::error::Error as StdError;

use plimsoll_model::{Failure, FailureKind, Phase};

/// Why a runtime could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The backend's own error, with what it means for a trial.
    #[error("{source}")]
    Backend {
        /// The kind of failure.
        kind: FailureKind,
        /// The backend's error.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Nothing came within the time limit.
    #[error("{what} did not come within {after_ms} ms: {hint}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// The limit.
        after_ms: u64,
        /// What can be done.
        hint: &'static str,
    },
}

impl RuntimeError {
    /// Wraps a backend's error.
    pub fn backend(kind: FailureKind, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Backend { kind, source: Box::new(source) }
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Backend { kind, .. } => *kind,
            Self::TimedOut { .. } => FailureKind::TimedOut,
        }
    }

    /// As a failure in a phase, with all causes in the message.
    #[must_use]
    pub fn into_failure(self, phase: Phase) -> Failure {
        let kind = self.kind();
        let mut message = self.to_string();
        // `Backend` already prints its source, so its causes begin one below.
        let mut cause = match &self {
            Self::Backend { source, .. } => source.source(),
            Self::TimedOut { .. } => None,
        };
        while let Some(error) = cause {
            message.push_str(": ");
            message.push_str(&error.to_string());
            cause = error.source();
        }
        Failure { phase, kind, message, diff: None }
    }
}
