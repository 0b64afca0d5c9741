use std::path::Path;
use std::time::Duration;

use plimsoll_model::Limits;
use plimsoll_process::{Cgroup, Cgroups, Child, Ending, Held, Launch, Ready, Stream};
use plimsoll_runtime::{Clock, Exit, Footprint, Killed, MonotonicClock, Peak, Process, Role, Stopped};

use crate::WasmtimeError;
use crate::parent::link::{Greeting, Link};
use crate::protocol::{WorkerOrder, WorkerReport};

/// How much of a worker's standard error is kept for messages, in bytes.
const STDERR_TAIL: u64 = 4 << 10;

/// A worker that is ready to be spawned.
pub(super) fn launch(program: &Path, cpus: &[u32]) -> Result<Ready, WasmtimeError> {
    let stderr = Stream::Tail { bytes: STDERR_TAIL };
    let launch = Launch::new(program).cpus(cpus).stdin(Stream::Pipe).stdout(Stream::Pipe).stderr(stderr);
    Ok(launch.ready()?)
}

/// A worker process in its control group, with the pipes to it.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    group: Option<Cgroup>,
    link: Link,
    memory_bytes: u64,
}

/// A worker that is made, stands in its control group and waits to be executed.
#[derive(Debug)]
pub(super) struct HeldWorker {
    // Before its group, from which it has to be gone.
    held: Held,
    group: Cgroup,
    memory_bytes: u64,
    /// What it took until it stood there, in nanoseconds.
    pub(super) group_ns: u64,
}

impl HeldWorker {
    pub(super) fn hold(
        ready: Ready,
        cgroups: &Cgroups,
        label: &str,
        limits: &Limits,
        cpus: &[u32],
    ) -> Result<Self, WasmtimeError> {
        let begun_ns = MonotonicClock.now_ns();
        let group = cgroups.create(label, limits, cpus)?;
        let held = ready.hold(Some(&group))?;
        let group_ns = MonotonicClock.now_ns().saturating_sub(begun_ns);
        Ok(Self { held, group, memory_bytes: limits.memory_bytes, group_ns })
    }

    /// Executes it.
    pub(super) fn go(self) -> Result<Worker, WasmtimeError> {
        let Self { held, group, memory_bytes, .. } = self;
        Worker::linked(held.go()?, Some(group), memory_bytes)
    }
}

impl Worker {
    /// Spawns it under limits.
    pub(super) fn spawn(
        ready: Ready,
        cgroups: &Cgroups,
        label: &str,
        limits: &Limits,
        cpus: &[u32],
    ) -> Result<Self, WasmtimeError> {
        let group = cgroups.create(label, limits, cpus)?;
        Self::spawn_in(ready, Some(group), limits.memory_bytes)
    }

    /// Spawns it without limits.
    pub(super) fn spawn_free(ready: Ready) -> Result<Self, WasmtimeError> {
        Self::spawn_in(ready, None, u64::MAX)
    }

    fn spawn_in(ready: Ready, group: Option<Cgroup>, memory_bytes: u64) -> Result<Self, WasmtimeError> {
        let child = ready.spawn(group.as_ref())?;
        Self::linked(child, group, memory_bytes)
    }

    fn linked(mut child: Child, group: Option<Cgroup>, memory_bytes: u64) -> Result<Self, WasmtimeError> {
        let pipes = child.take_stdin().zip(child.take_stdout());
        let (orders, reports) = pipes.ok_or_else(|| WasmtimeError::WorkerLost {
            how: "it has no pipes".to_owned(),
            tail: String::new(),
        })?;
        let link = Link::new(orders.into(), reports.into())?;
        Ok(Self { child, group, link, memory_bytes })
    }

    /// The pipes.
    pub(super) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// Tells it that there is nothing to do, and hears who it is.
    pub(super) async fn greeting(&mut self, limit: Duration) -> Result<Greeting, WasmtimeError> {
        self.link.hang_up();
        // Whether in time or not: what matters is whether it has greeted.
        let _ = tokio::time::timeout(limit, self.link.next()).await;
        match self.link.greeting() {
            Some(greeting) => Ok(greeting.clone()),
            None => Err(self.lost(Ending::default())),
        }
    }

    /// Sends an order and waits for the report that `wanted` takes; others are passed over, a refusal or the
    /// end of the worker is an error.
    pub(super) async fn ask<T>(
        &mut self,
        order: &WorkerOrder,
        wanted: impl FnMut(WorkerReport) -> Option<T>,
    ) -> Result<T, WasmtimeError> {
        if let Err(error) = self.link.send(order) {
            return Err(self.gone().await.err().unwrap_or(error));
        }
        self.expect(wanted).await
    }

    /// Waits for a report as [`Self::ask`] does.
    pub(super) async fn expect<T>(
        &mut self,
        mut wanted: impl FnMut(WorkerReport) -> Option<T>,
    ) -> Result<T, WasmtimeError> {
        loop {
            match self.link.next().await? {
                Some(WorkerReport::Refused { kind, message }) => {
                    return Err(WasmtimeError::Refused { kind, message });
                }
                Some(WorkerReport::Trapped { trap }) => return Err(WasmtimeError::Trapped { trap }),
                Some(report) => {
                    if let Some(found) = wanted(report) {
                        return Ok(found);
                    }
                }
                None => {
                    self.gone().await?;
                    return Err(self.lost(Ending { code: Some(0), signal: None }));
                }
            }
        }
    }

    /// Waits until the process has ended.
    ///
    /// # Errors
    /// When it did not end by itself with code 0.
    pub(super) async fn gone(&mut self) -> Result<(), WasmtimeError> {
        match self.child.wait().await? {
            Ending { code: Some(0), .. } => Ok(()),
            ending => Err(self.lost(ending)),
        }
    }

    /// Whether the process has ended, told at once.
    pub(super) fn has_ended(&mut self) -> Result<Option<Exit>, WasmtimeError> {
        let ending = self.child.try_wait()?;
        Ok(ending.map(|ending| self.exit(ending)))
    }

    /// Waits until the process has ended.
    pub(super) async fn ended(&mut self) -> Result<Exit, WasmtimeError> {
        let ending = self.child.wait().await?;
        Ok(self.exit(ending))
    }

    /// Whether the kernel killed it for memory.
    pub(super) fn was_out_of_memory(&self) -> bool {
        self.group.as_ref().and_then(Cgroup::oom_kills).is_some_and(|kills| kills > 0)
    }

    /// A worker that went away as an error.
    pub(super) fn lost(&mut self, ending: Ending) -> WasmtimeError {
        if self.was_out_of_memory() {
            return WasmtimeError::OutOfMemory { memory_bytes: self.memory_bytes };
        }
        let how = match (ending.code, ending.signal) {
            (_, Some(signal)) => format!("killed by signal {signal}"),
            (Some(code), None) => format!("it exited with code {code}"),
            (None, None) => "its end is unknown".to_owned(),
        };
        let tail = self.stderr_tail();
        let tail = if tail.is_empty() { tail } else { format!("; it said: {tail}") };
        WasmtimeError::WorkerLost { how, tail }
    }

    /// Stops it with SIGTERM, kills it when `limit` is over, and removes its group.
    pub(super) async fn stop(mut self, limit: Duration) -> Result<Stopped, WasmtimeError> {
        let stopped = self.child.terminate(limit).await?;
        let exited_ns = MonotonicClock.now_ns();
        let exit = self.exit(stopped.ending);
        let folders = self.group.as_ref().and_then(Cgroup::folders);
        let peak = Some(Peak::of(folders.as_ref()));
        let killed = stopped.killed.then(|| Killed::after(limit, None));
        if let Some(group) = self.group.take() {
            group.remove()?;
        }
        Ok(Stopped { exited_ns, gone_ns: MonotonicClock.now_ns(), killed, exit, peak })
    }

    pub(super) fn footprint(&self) -> Footprint {
        let cgroup = self.group.as_ref().and_then(Cgroup::folders);
        let processes = vec![Process { pid: self.child.pid(), role: Role::Instance }];
        Footprint { processes, unseen: None, cgroup }
    }

    fn exit(&mut self, ending: Ending) -> Exit {
        Exit {
            code: ending.code,
            signal: ending.signal,
            out_of_memory: self.was_out_of_memory(),
            stderr_tail: self.stderr_tail(),
            ..Exit::default()
        }
    }

    fn stderr_tail(&mut self) -> String {
        String::from_utf8_lossy(&self.child.output().stderr).trim_end().to_owned()
    }
}
