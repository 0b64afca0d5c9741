use std::time::Duration;

use plimsoll_model::{Failure, FailureKind, Phase, Span};
use plimsoll_runtime::{Bed, BoxFuture, Instance, RuntimeError, Stopped};

use super::Attempt;
use crate::Cancel;
use crate::halt::{Halt, RuntimeStep, ended_early};
use crate::probe::Moment;

/// Until when, after the user's wish to stop, an instance may take its time. Then it is dropped, which ends it by force.
pub(super) const LAST_WORD: Duration = Duration::from_millis(800);
/// What removal may take beside the stop limit itself.
const REMOVAL_LIMIT: Duration = Duration::from_secs(10);

const STOP: RuntimeStep = RuntimeStep {
    phase: Phase::Stop,
    name: "the instance's removal",
    hint: "see what is left with `plimsoll doctor`, and remove it with `plimsoll clean`",
};

const END: RuntimeStep = RuntimeStep { name: "the removal of what stood before the start", ..STOP };

impl Attempt<'_> {
    /// Takes down what was staged, after the instance. The trial's own failure is the one to tell.
    pub(super) async fn end(&self, bed: Box<dyn Bed>, lived: Result<(), Halt>) -> Result<(), Halt> {
        let ended = self.until_gone(bed.end(), END).await;
        lived.and(ended.and_then(|ended| ended.map_err(Halt::Failed)))
    }

    /// Stops the instance and joins how that went with how its use went.
    pub(super) async fn take_down(
        &mut self,
        instance: Box<dyn Instance>,
        zero_ns: u64,
        used: Result<(), Halt>,
    ) -> Result<(), Halt> {
        if matches!(used, Err(Halt::Cancelled)) || self.setting.cancel.is_cancelled() {
            stop_quickly(instance, self.setting.cancel).await;
            return Err(Halt::Cancelled);
        }
        let asked_ns = self.setting.clock.now_ns();
        match self.until_gone(instance.stop(), STOP).await? {
            Err(failure) => used.and(Err(Halt::Failed(failure))),
            Ok(stopped) => {
                self.note_stop(&stopped, zero_ns, asked_ns);
                used.map_err(|halt| explained(halt, &stopped))
            }
        }
    }

    async fn until_gone<T>(
        &self,
        mut going: BoxFuture<'static, Result<T, RuntimeError>>,
        step: RuntimeStep,
    ) -> Result<Result<T, Failure>, Halt> {
        let limit = Duration::from_millis(self.setting.limits.stop_timeout_ms) + REMOVAL_LIMIT;
        tokio::select! {
            biased;
            gone = tokio::time::timeout(limit, &mut going) => Ok(match gone {
                Ok(gone) => gone.map_err(|error| error.into_failure(step.phase)),
                Err(_) => Err(step.timed_out(limit)),
            }),
            () = self.setting.cancel.cancelled() => {
                let _ = tokio::time::timeout(self.setting.cancel.left_of(LAST_WORD), going).await;
                Err(Halt::Cancelled)
            }
        }
    }

    fn note_stop(&mut self, stopped: &Stopped, zero_ns: u64, asked_ns: u64) {
        let serves = self.workload.kind().serves();
        if serves {
            let begin_ns = asked_ns.saturating_sub(zero_ns);
            let end_ns = stopped.exited_ns.saturating_sub(zero_ns).max(begin_ns);
            self.gained.spans.push(Span { phase: Phase::Stop, begin_ns, end_ns });
        }
        if let Some(killed) = &stopped.killed {
            self.gained.notice = Some(format!("{killed}: let it end on {}", killed.signal));
        }
        self.look(&Moment::Gone { serves, asked_ns, stopped });
    }
}

/// Stops an instance while the user waits. What can't be stopped in time is left to the next sweep.
pub(super) async fn stop_quickly(instance: Box<dyn Instance>, cancel: &Cancel) {
    let _ = tokio::time::timeout(cancel.left_of(LAST_WORD), instance.stop()).await;
}

/// A connection that broke, told as what broke it: only the end of an instance says that it was killed for
/// memory or trapped.
fn explained(halt: Halt, stopped: &Stopped) -> Halt {
    match halt {
        Halt::Failed(failure)
            if matches!(failure.kind, FailureKind::Exited | FailureKind::TimedOut)
                && (stopped.exit.out_of_memory || stopped.exit.trap.is_some()) =>
        {
            let Failure { phase, message, .. } = failure;
            let mut explained = ended_early(&stopped.exit, phase, "while it was used");
            explained.message = format!("{}; {message}", explained.message);
            Halt::Failed(explained)
        }
        other => other,
    }
}
