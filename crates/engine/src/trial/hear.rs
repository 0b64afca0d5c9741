use std::net::SocketAddr;
use std::time::Duration;

use plimsoll_model::{Exchange, Failure, FailureKind, Phase, Service};
use plimsoll_runtime::Instance;

use super::{Attempt, Setting};
use crate::halt::Halt;
use crate::heard::{Heard, Once};
use crate::ready::{Bounds, first_answer};
use crate::shot::Shot;

/// Between two askings: a time that is told in seconds is another one then.
const BETWEEN: Duration = Duration::from_millis(1_100);

impl Attempt<'_> {
    /// Asks every request twice and keeps what is answered. Returns when the first answer was here.
    pub(super) async fn hear(
        &mut self,
        service: &Service,
        instance: &mut dyn Instance,
        zero_ns: u64,
    ) -> Result<u64, Halt> {
        let Some(address) = instance.address() else { return Err(super::no_address(self.workload)) };
        let cancel = self.setting.cancel;
        let mut first = Vec::new();
        let mut ready_ns = zero_ns;
        for (at, request) in service.exchanges().enumerate() {
            let phase = if at == 0 { Phase::Ready } else { Phase::Serve };
            let (end_ns, heard) = self.hear_one(instance, address, request, zero_ns, phase).await?;
            if at == 0 {
                ready_ns = end_ns;
            }
            first.push(heard);
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN) => {}
            () = cancel.cancelled() => return Err(Halt::Cancelled),
        }
        for (request, first) in service.exchanges().zip(first) {
            let (_, second) = self.hear_one(instance, address, request, zero_ns, Phase::Serve).await?;
            self.gained.heard.answers.push(Heard::of(first, &second));
        }
        Ok(ready_ns)
    }

    async fn hear_one(
        &self,
        instance: &mut dyn Instance,
        address: SocketAddr,
        request: &Exchange,
        zero_ns: u64,
        phase: Phase,
    ) -> Result<(u64, Once), Halt> {
        let Setting { clock, cancel, limits, .. } = self.setting;
        let from_ns = if phase == Phase::Ready { zero_ns } else { clock.now_ns() };
        let deadline_ns = from_ns + limits.ready_timeout_ms * 1_000_000;
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
