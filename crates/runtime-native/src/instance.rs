use std::net::SocketAddr;
use std::time::{Duration, Instant};

use plimsoll_model::Phase;
use plimsoll_process::{Cgroup, Child, Ending};
use plimsoll_runtime::proc::{SIGTERM, Stat, Unheard};
use plimsoll_runtime::{
    BoxFuture, CgroupPaths, Clock as _, Exit, Figure, Footprint, GivenFolder, GivenFolders, Instance, Killed,
    Mark, MonotonicClock, Peak, Process, Role, RuntimeError, Stopped, group_time, is_taken,
};

use crate::NativeError;

/// Between two looks whether a process that has left its group has ended; the kernel takes microseconds.
const STEP: Duration = Duration::from_millis(1);

/// How long that is waited for: one that went into another group is nobody's to end.
const ENDING_LIMIT: Duration = Duration::from_secs(1);

/// Whether it is still the process that it was, and runs.
fn lives(process: &Stat) -> bool {
    Stat::of(process.pid).is_ok_and(|now| now.started_ticks == process.started_ticks && !now.has_ended())
}

/// The processes in a group; where there is none, the first of them.
fn members(group: &Cgroup, first: u32) -> Vec<u32> {
    let members = group.folders().as_ref().map(CgroupPaths::members);
    members.filter(|members| !members.is_empty()).unwrap_or_else(|| vec![first])
}

fn living(group: &Cgroup, first: u32) -> Vec<Stat> {
    members(group, first).into_iter().filter_map(|pid| Stat::of(pid).ok()).collect()
}

/// What was seen of a start.
pub(crate) struct Told {
    /// When the program was executed.
    pub(crate) started: Option<Mark>,
    /// What entering the group took before.
    pub(crate) group_ns: u64,
}

/// A running process in its control group.
pub(crate) struct NativeInstance {
    // Before its group: fields are dropped in order, and a child is waited for by its own descriptor.
    child: Child,
    group: Cgroup,
    // After the process, which has them open.
    given: GivenFolders,
    address: Option<SocketAddr>,
    told: Told,
    stop_limit: Duration,
    /// Its processes, as far as they were seen: a program may have others beside it, whose ends nobody awaits.
    beside: Vec<Stat>,
    /// When its end was first seen, and how it ended.
    exited: Option<(u64, Exit)>,
}

impl NativeInstance {
    pub(crate) fn new(
        (child, group, given): (Child, Cgroup, GivenFolders),
        address: Option<SocketAddr>,
        told: Told,
        stop_limit: Duration,
    ) -> Self {
        Self { child, group, given, address, told, stop_limit, beside: Vec::new(), exited: None }
    }

    fn note(&mut self, ending: Ending) -> Exit {
        if let Some((_, exit)) = &self.exited {
            return exit.clone();
        }
        let exited_ns = MonotonicClock.now_ns();
        let output = self.child.output();
        let exit = Exit {
            code: ending.code,
            signal: ending.signal,
            out_of_memory: self.group.oom_kills().is_some_and(|kills| kills > 0),
            trap: None,
            taken: self.taken(ending),
            stdout: output.stdout,
            truncated: output.truncated,
            stderr_tail: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        };
        self.exited = Some((exited_ns, exit.clone()));
        exit
    }

    /// A service that gave up although nobody asked, while somebody else listens at its address.
    fn taken(&self, ending: Ending) -> Option<String> {
        let gave_up = ending.code.is_some_and(|code| code != 0);
        self.address.filter(|address| gave_up && is_taken(*address)).map(|address| address.to_string())
    }

    async fn finish(mut self) -> Result<Stopped, NativeError> {
        let mut unheard = None;
        let mut beside = std::mem::take(&mut self.beside);
        let look = |pid| {
            unheard = Unheard::of(pid, SIGTERM);
            // After the signal, for what stands before it is in the time of stopping.
            beside.extend(living(&self.group, pid));
            unheard.is_some()
        };
        let stopped = self.child.terminate_unless(self.stop_limit, look).await?;
        let exit = self.note(stopped.ending);
        let exited_ns = self.exited.as_ref().map_or_else(|| MonotonicClock.now_ns(), |(at_ns, _)| *at_ns);
        let peak = Some(Peak::of(self.group.folders().as_ref()));
        let killed = stopped.killed.then(|| Killed::after(self.stop_limit, unheard));
        self.group.remove()?;
        // One that has left its group is still ending for a moment.
        let deadline = Instant::now() + ENDING_LIMIT;
        while beside.iter().any(lives) && Instant::now() < deadline {
            tokio::time::sleep(STEP).await;
        }
        self.given.remove()?;
        Ok(Stopped { exited_ns, gone_ns: MonotonicClock.now_ns(), killed, exit, peak })
    }
}

impl Instance for NativeInstance {
    fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn footprint(&self) -> Footprint {
        let cgroup = self.group.folders();
        let processes = members(&self.group, self.child.pid())
            .into_iter()
            .map(|pid| Process { pid, role: Role::Instance })
            .collect();
        Footprint { processes, unseen: None, cgroup }
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            match self.child.try_wait() {
                Ok(ending) => ending.map(|ending| self.note(ending)),
                Err(error) => Some(Exit { stderr_tail: error.to_string(), ..Exit::default() }),
            }
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async {
            let ending = self.child.wait().await.map_err(NativeError::from)?;
            let exit = self.note(ending);
            match exit.taken {
                Some(address) => Err(NativeError::Taken { address }.into()),
                None => Ok(exit),
            }
        })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        self.beside = living(&self.group, self.child.pid());
        Box::pin(async { Ok(self.told.started.into_iter().collect()) })
    }

    fn figures(&mut self, phase: Phase) -> BoxFuture<'_, Vec<Figure>> {
        let figures = if phase == Phase::Ready { vec![group_time(self.told.group_ns)] } else { Vec::new() };
        Box::pin(async { figures })
    }

    fn copies(&self) -> Vec<GivenFolder> {
        self.given.copies()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move { Ok((*self).finish().await?) })
    }
}
