//! What ends a trial before its plan does.

use std::future::Future;
use std::time::Duration;

use plimsoll_model::{Failure, FailureKind, Phase};
use plimsoll_runtime::{Exit, RuntimeError};

use crate::Cancel;
use crate::load::LoadError;
use crate::shot::Mismatch;

/// Why a trial goes no further.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The user's wish.
    Cancelled,
    /// Something went wrong.
    Failed(Failure),
    /// Nobody accepted a connection where the instance should listen.
    Unreached(Failure),
}

impl Mismatch {
    pub(crate) fn into_halt(self, phase: Phase) -> Halt {
        let Self { message, diff } = self;
        Halt::Failed(Failure { phase, kind: FailureKind::WrongOutput, message, diff })
    }
}

/// Waits for a step of a runtime, until the limit is over or the user wants to stop. What is still going on
/// then is dropped.
pub(crate) async fn limited<T>(
    work: impl Future<Output = Result<T, RuntimeError>>,
    limit: Duration,
    cancel: &Cancel,
    what: RuntimeStep,
) -> Result<T, Halt> {
    tokio::select! {
        biased;
        done = tokio::time::timeout(limit, work) => match done {
            Ok(done) => done.map_err(|error| Halt::Failed(error.into_failure(what.phase))),
            Err(_) => Err(Halt::Failed(what.timed_out(limit))),
        },
        () = cancel.cancelled() => Err(Halt::Cancelled),
    }
}

/// A step of a runtime, for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuntimeStep {
    pub(crate) phase: Phase,
    pub(crate) name: &'static str,
    pub(crate) hint: &'static str,
}

impl RuntimeStep {
    pub(crate) fn timed_out(self, limit: Duration) -> Failure {
        let error = RuntimeError::TimedOut {
            what: self.name.to_owned(),
            after_ms: limit.as_millis() as u64,
            hint: self.hint,
        };
        error.into_failure(self.phase)
    }
}

/// The failure of an instance that ended when it should not have.
pub(crate) fn ended_early(exit: &Exit, phase: Phase, when: &str) -> Failure {
    let (kind, mut message) = match exit {
        Exit { out_of_memory: true, .. } => {
            let what = "it was killed for going over its memory limit";
            (FailureKind::OutOfMemory, format!("{what} {when}: give it more with `--memory`"))
        }
        Exit { taken: Some(address), .. } => (
            FailureKind::Conflict,
            format!(
                "it ended {when}: `{address}` was taken by another process before it could listen there; run it again"
            ),
        ),
        Exit { trap: Some(trap), .. } => (FailureKind::Trapped, format!("it trapped {when}: {trap}")),
        Exit { signal: Some(signal), code: Some(code), .. } => (
            FailureKind::Exited,
            format!("it exited with code {code}, or was killed by signal {signal}, {when}"),
        ),
        Exit { signal: Some(signal), .. } => {
            (FailureKind::Exited, format!("it was killed by signal {signal} {when}"))
        }
        Exit { code: Some(code), .. } => (FailureKind::Exited, format!("it exited with code {code} {when}")),
        _ => (FailureKind::Exited, format!("it ended {when}")),
    };
    let tail = exit.stderr_tail.trim();
    if !tail.is_empty() {
        message.push_str("; its output ends with: ");
        message.push_str(tail);
    }
    Failure { phase, kind, message, diff: None }
}

/// The failure of a load that could not begin.
pub(crate) fn load_failure(error: &LoadError) -> Failure {
    let mut message = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        message.push_str(": ");
        message.push_str(&cause.to_string());
    }
    Failure { phase: Phase::Serve, kind: FailureKind::Exited, message, diff: None }
}
