use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use plimsoll_model::{Limits, Phase, Reading};
use plimsoll_process::{Child, Ending};
use plimsoll_runtime::proc::{SIGTERM, Unheard};
use plimsoll_runtime::{
    BoxFuture, Clock as _, Exit, Figure, Footprint, GivenFolder, GivenFolders, Instance, Killed, Mark,
    MonotonicClock, Process, Role, RuntimeError, Stopped, is_taken,
};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::timeout;

use crate::OciError;
use crate::container::OciContainer;

/// How long a runtime may take to take a container down whose processes have ended. An idle machine takes a hundredth of it.
const LEAVE_LIMIT: Duration = Duration::from_secs(10);

/// SIGKILL.
const KILLED: i32 = 9;

/// How near to its limit a group comes before the kernel kills for it, in bytes: it is charged ahead, for several pages.
const NEAR: u64 = 512 << 10;

/// A running container, and the runtime's own process that stays beside it.
pub(crate) struct OciInstance {
    // Before the container: it would take it down at the same time as we do.
    child: Child,
    container: OciContainer,
    // After the container, which has them open.
    given: GivenFolders,
    address: Option<SocketAddr>,
    stop_limit: Duration,
    memory_bytes: u64,
    /// When its end was first seen, and how it ended.
    exited: Option<(u64, Exit)>,
}

impl OciInstance {
    pub(crate) fn new(
        (child, container, given): (Child, OciContainer, GivenFolders),
        address: Option<SocketAddr>,
        limits: &Limits,
    ) -> Self {
        let stop_limit = Duration::from_millis(limits.stop_timeout_ms);
        let memory_bytes = limits.memory_bytes;
        Self { child, container, given, address, stop_limit, memory_bytes, exited: None }
    }

    fn note(&mut self, ending: Ending, at_ns: u64) -> Exit {
        if let Some((_, exit)) = &self.exited {
            return exit.clone();
        }
        let output = self.child.output();
        let exit = Exit {
            code: ending.code,
            signal: ending.signal.or_else(|| ending.code.and_then(signal)),
            out_of_memory: false,
            trap: None,
            taken: self.taken(ending),
            stdout: output.stdout,
            truncated: output.truncated,
            stderr_tail: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        };
        self.exited = Some((at_ns, exit.clone()));
        exit
    }

    /// As [`Self::note`] of one that nobody was asked to end.
    fn note_own(&mut self, ending: Ending) -> Exit {
        let is_noted = self.exited.is_some();
        let exit = self.note(ending, MonotonicClock.now_ns());
        // Its group is gone, and with it the kernel's count of kills.
        if is_noted || exit.signal != Some(KILLED) || !self.was_full() {
            return exit;
        }
        let exit = Exit { out_of_memory: true, ..exit };
        if let Some((_, noted)) = &mut self.exited {
            *noted = exit.clone();
        }
        exit
    }

    fn was_full(&self) -> bool {
        matches!(self.container.peak().reading, Reading::Value(bytes) if bytes + NEAR >= self.memory_bytes)
    }

    /// A service that gave up although nobody asked, while somebody else listens at its address.
    fn taken(&self, ending: Ending) -> Option<String> {
        let gave_up = ending.code.is_some_and(|code| code != 0);
        self.address.filter(|address| gave_up && is_taken(*address)).map(|address| address.to_string())
    }

    /// Waits for the end of the container's first process, where that can be watched, and else of the runtime.
    async fn over(&mut self, first: Option<&AsyncFd<OwnedFd>>) -> Result<u64, OciError> {
        let first = async {
            match first {
                Some(first) => first.readable().await.map(drop),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            ended = self.child.wait() => { ended?; }
            // One that can't be watched has no other end than the runtime's.
            Ok(()) = first => {}
        }
        Ok(MonotonicClock.now_ns())
    }

    /// Has it end; tells when the container had, and why it was killed if it was.
    async fn end(&mut self) -> Result<(u64, Option<Killed>), OciError> {
        let Some(first) = self.container.first() else {
            // Nothing of the workload runs yet that could be asked: the runtime is in the middle of making it, or hangs.
            self.child.kill()?;
            return Ok((self.over(None).await?, None));
        };
        let watched = watch(first);
        // Not waited for yet, so the number is still its own. It sends on to the container what it is sent.
        if let Some(runtime) = Pid::from_raw(self.child.pid().cast_signed()) {
            let _ = kill_process(runtime, Signal::TERM);
        }
        let unheard = Unheard::of(first, SIGTERM);
        let limit = if unheard.is_some() { Duration::ZERO } else { self.stop_limit };
        let (exited_ns, killed) = match timeout(limit, self.over(watched.as_ref())).await {
            Ok(exited_ns) => (exited_ns?, None),
            Err(_) => {
                self.container.kill();
                let over = timeout(LEAVE_LIMIT, self.over(watched.as_ref())).await;
                let exited_ns = over.unwrap_or_else(|_| Ok(MonotonicClock.now_ns()))?;
                (exited_ns, Some(Killed::after(self.stop_limit, unheard)))
            }
        };
        if timeout(LEAVE_LIMIT, self.child.wait()).await.is_err() {
            self.child.kill()?;
        }
        Ok((exited_ns, killed))
    }

    async fn finish(mut self) -> Result<Stopped, OciError> {
        let mut killed = None;
        let exit = match self.child.try_wait()? {
            Some(ending) => self.note_own(ending),
            None => {
                let (exited_ns, why) = self.end().await?;
                killed = why;
                let ending = self.child.wait().await?;
                self.note(ending, exited_ns)
            }
        };
        let exited_ns = self.exited.as_ref().map_or_else(|| MonotonicClock.now_ns(), |(at_ns, _)| *at_ns);
        let peak = Some(self.container.peak());
        self.container.remove()?;
        self.given.remove()?;
        Ok(Stopped { exited_ns, gone_ns: MonotonicClock.now_ns(), killed, exit, peak })
    }
}

/// The signal that a status may stand for: a runtime tells one that killed as 128 and its number, which a program may also
/// exit with by itself.
fn signal(code: i32) -> Option<i32> {
    Some(code - 128).filter(|signal| (1..=64).contains(signal))
}

fn watch(pid: u32) -> Option<AsyncFd<OwnedFd>> {
    let process = pidfd_open(Pid::from_raw(pid.cast_signed())?, PidfdFlags::empty()).ok()?;
    // SAFETY: the descriptor is owned by what it is registered for, and stays the same for as long as that lives.
    unsafe { AsyncFd::register_with_interest(process, Interest::READABLE) }.ok()
}

impl Instance for OciInstance {
    fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn footprint(&self) -> Footprint {
        let cgroup = self.container.paths();
        let of = |role| move |pid| Process { pid, role };
        let mut processes: Vec<Process> = cgroup.members().into_iter().map(of(Role::Instance)).collect();
        if self.exited.is_none() {
            processes.push(of(Role::Shim)(self.child.pid()));
        }
        Footprint { processes, unseen: None, cgroup: Some(cgroup.clone()) }
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            match self.child.try_wait() {
                Ok(ending) => ending.map(|ending| self.note_own(ending)),
                Err(error) => Some(Exit { stderr_tail: error.to_string(), ..Exit::default() }),
            }
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async {
            let ending = self.child.wait().await.map_err(OciError::from)?;
            let exit = self.note_own(ending);
            match exit.taken {
                Some(address) => Err(OciError::Taken { address }.into()),
                None => Ok(exit),
            }
        })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        // It is not seen when the workload's own code begins: until then the runtime works.
        Box::pin(async { Ok(Vec::new()) })
    }

    fn figures(&mut self, _phase: Phase) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { Vec::new() })
    }

    fn copies(&self) -> Vec<GivenFolder> {
        self.given.copies()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move { Ok((*self).finish().await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_above_128_may_be_a_signal() {
        assert_eq!([3, 128, 137, 255].map(signal), [None, None, Some(9), None]);
    }
}
