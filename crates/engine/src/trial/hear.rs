use std::net::SocketAddr;
use std::time::{Duration, Instant};

use plimsoll_model::{Exchange, Failure, FailureKind, Phase, Service};
use plimsoll_runtime::Instance;

use super::{Attempt, Serving, Setting};
use crate::halt::Halt;
use crate::heard::{Heard, Missed, Once};
use crate::ready::{Bounds, first_answer};
use crate::shot::Shot;

/// Between the first asking and that of a second instance: a time that is told in seconds is another one then.
pub(crate) const BETWEEN: Duration = Duration::from_millis(1_100);

/// The longest that an answer is waited for of a request that may be left out, once the service is ready.
const PATIENCE: Duration = Duration::from_secs(10);

impl Attempt<'_> {
    /// Asks every request once or twice and keeps what is answered. Returns when the first answer was here.
    pub(super) async fn hear(
        &mut self,
        service: &Service,
        instance: &mut dyn Instance,
        zero_ns: u64,
    ) -> Result<u64, Halt> {
        let Some(address) = instance.address() else { return Err(super::no_address(self.workload)) };
        let mut first = Vec::new();
        let mut ready_ns = None;
        for (at, request) in service.exchanges().enumerate() {
            let phase = if ready_ns.is_none() { Phase::Ready } else { Phase::Serve };
            match self.hear_one(instance, address, (at, request), zero_ns, phase).await {
                Ok((end_ns, heard)) => {
                    ready_ns.get_or_insert(end_ns);
                    first.push((at, request, heard));
                }
                Err(halt) => self.miss(at, request, halt)?,
            }
        }
        let Some(ready_ns) = ready_ns else { return Err(self.all_missed()) };
        if matches!(self.serving, Serving::Heard { twice: false, .. }) {
            self.gained.heard.answers = first.into_iter().map(|(.., once)| Heard::once(once)).collect();
            return Ok(ready_ns);
        }
        self.gained.heard.asked = Some(Instant::now());
        for (at, request, first) in first {
            match self.hear_one(instance, address, (at, request), zero_ns, Phase::Serve).await {
                Ok((_, second)) => self.gained.heard.answers.push(Heard::of(first, &second)),
                Err(halt) => self.miss(at, request, halt)?,
            }
        }
        if self.gained.heard.answers.is_empty() { Err(self.all_missed()) } else { Ok(ready_ns) }
    }

    /// Whether the request of this number may be left out.
    fn may_miss(&self, at: usize) -> bool {
        matches!(self.serving, Serving::Heard { must, .. } if at >= must)
    }

    /// Leaves a request out where it can be, and the service is still there to be asked others.
    fn miss(&mut self, at: usize, request: &Exchange, halt: Halt) -> Result<(), Halt> {
        match halt {
            Halt::Failed(failure)
                if self.may_miss(at)
                    && matches!(failure.kind, FailureKind::WrongOutput | FailureKind::TimedOut) =>
            {
                self.gained.heard.missed.push(Missed { request: request.name.clone(), failure });
                Ok(())
            }
            halt => Err(halt),
        }
    }

    fn all_missed(&self) -> Halt {
        let missed = &self.gained.heard.missed;
        match missed.first() {
            Some(Missed { failure, .. }) if missed.len() > 1 => {
                let message = format!("none of {} requests is left: {}", missed.len(), failure.message);
                Halt::Failed(Failure { message, ..failure.clone() })
            }
            Some(Missed { failure, .. }) => Halt::Failed(failure.clone()),
            None => super::no_address(self.workload),
        }
    }

    async fn hear_one(
        &self,
        instance: &mut dyn Instance,
        address: SocketAddr,
        (at, request): (usize, &Exchange),
        zero_ns: u64,
        phase: Phase,
    ) -> Result<(u64, Once), Halt> {
        let Setting { clock, cancel, limits, .. } = self.setting;
        let from_ns = if at == 0 && phase == Phase::Ready { zero_ns } else { clock.now_ns() };
        let longest = Duration::from_millis(limits.ready_timeout_ms);
        let is_patient = phase == Phase::Ready || !self.may_miss(at);
        let limit = if is_patient { longest } else { longest.min(PATIENCE) };
        let deadline_ns = from_ns + limit.as_nanos() as u64;
        let mut shot = Shot::listening(request, address);
        let bounds = Bounds { clock, cancel, zero_ns, deadline_ns, phase };
        let end_ns = first_answer(instance, address, &mut shot, &bounds).await?;
        match shot.heard() {
            Some(heard) => Ok((end_ns, heard)),
            None => Err(Halt::Failed(Failure {
                phase,
                kind: FailureKind::Other,
                message: format!("the answer to {} was not kept", request.called()),
                diff: None,
            })),
        }
    }
}
