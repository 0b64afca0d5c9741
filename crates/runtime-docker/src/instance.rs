use std::net::SocketAddr;
use std::time::Duration;

use bollard::query_parameters::StopContainerOptionsBuilder;
use futures_util::future::join;
use plimsoll_model::Phase;
use plimsoll_runtime::proc::Unheard;
use plimsoll_runtime::{
    BoxFuture, Clock, Exit, Figure, Footprint, GivenFolder, GivenFolders, Instance, Killed, Mark,
    MonotonicClock, RuntimeError, Stopped,
};
use tokio::time::timeout;

use crate::DockerError;
use crate::above::Around;
use crate::daemon::{Call, Daemon};
use crate::departure::Departure;
use crate::ending::Ending;
use crate::exec;
use crate::granted::Feeding;
use crate::idle::Sleeper;
use crate::kin::Kin;
use crate::leftover::Leftover;
use crate::stats;
use crate::stop_signal::StopSignal;
use crate::timeline::{self, StartCall};

/// How long shim, proxy, control group and network device may outlive their container.
const DEPARTURE_LIMIT: Duration = Duration::from_secs(10);

/// Why a container's processes are in no figure.
const UNSEEN: &str =
    "the container's processes are not on this machine: its engine runs in a virtual one, or on another";

/// A started container.
pub(crate) struct DockerInstance {
    pub(crate) daemon: Daemon,
    pub(crate) leftover: Leftover,
    // After what removes the container: only then can it go.
    pub(crate) around: Around,
    pub(crate) given: GivenFolders,
    /// What kept the container running before the process was there.
    pub(crate) idle: Option<Sleeper>,
    /// What the engine calls the process, where it is not the container's first.
    pub(crate) exec: Option<String>,
    pub(crate) _feeding: Option<Feeding>,
    pub(crate) ending: Ending,
    pub(crate) address: Option<SocketAddr>,
    /// The port published by the engine.
    pub(crate) published: Option<u16>,
    pub(crate) container: String,
    pub(crate) engine: Option<u32>,
    pub(crate) stop_timeout: Duration,
    pub(crate) stop_signal: StopSignal,
    pub(crate) marks: Vec<Mark>,
    /// The call that started it, where one did.
    pub(crate) call: Option<StartCall>,
    /// When the engine noted that it runs, as it tells it.
    pub(crate) started_at: Option<String>,
    pub(crate) view: View,
}

/// When it had exited, and why it had to be killed, if it was killed then.
type Ended = (u64, Option<Killed>);

/// What is known of the container's processes.
pub(crate) enum View {
    NotLooked,
    Seen(Kin),
    Ended,
    Unseen,
}

impl DockerInstance {
    /// Looks at the container's processes, if it was not done before.
    async fn look(&mut self) -> Result<(), DockerError> {
        if !matches!(self.view, View::NotLooked) {
            return Ok(());
        }
        let inspected = self.daemon.client.inspect_container(&self.container, None);
        let found = self.daemon.call(Call::INSPECT, inspected).await?;
        self.stop_signal =
            StopSignal::of(found.config.as_ref().and_then(|config| config.stop_signal.as_deref()));
        let state = found.state.unwrap_or_default();
        self.started_at = state.started_at;
        let first = state.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|&pid| pid > 0);
        let pid = match &self.exec {
            Some(exec) => exec::pid(&self.daemon, exec).await?,
            None => first,
        };
        self.view = match (pid, Kin::find(&self.container, pid, self.published, self.engine)) {
            (None, _) => View::Ended,
            (Some(_), Some(kin)) => View::Seen(kin),
            (Some(_), None) => View::Unseen,
        };
        Ok(())
    }

    /// Asks the engine to stop it. Returns when it had exited, and why it had to be killed, if it was killed then.
    async fn end(&mut self) -> Result<Ended, DockerError> {
        if let Some(Ok(())) = self.ending.look().await
            && let Some(exited_ns) = self.ending.exited_ns()
        {
            return Ok((exited_ns, None));
        }
        if self.exec.is_some() {
            return self.end_process().await;
        }
        // Just before it is sent: a handler may be new.
        let unheard = self.unheard();
        // The engine counts whole seconds.
        let seconds = match unheard {
            Some(_) => 0,
            None => self.stop_timeout.as_millis().div_ceil(1000).clamp(1, i32::MAX as u128) as i32,
        };
        let began_ns = MonotonicClock.now_ns();
        let exited_ns = self.stop_container(seconds).await?;
        let waited_s = exited_ns.saturating_sub(began_ns) / 1_000_000_000;
        let waited_for = u64::from(seconds.unsigned_abs());
        let killed = (waited_s >= waited_for).then(|| {
            Killed::asked_with(self.stop_signal.name.clone(), Duration::from_secs(waited_for), unheard)
        });
        Ok((exited_ns, killed))
    }

    /// Has the engine stop the container, and kill it after so many seconds. Returns when it had exited.
    async fn stop_container(&mut self, seconds: i32) -> Result<u64, DockerError> {
        let call = Call::STOP.extended(self.stop_timeout);
        let options = StopContainerOptionsBuilder::new().t(seconds).build();
        let stop = self.daemon.call(call, self.daemon.client.stop_container(&self.container, Some(options)));
        let (stopped, settled) = join(stop, timeout(call.limit, self.ending.settle())).await;
        stopped?;
        let after_ms = call.limit.as_millis() as u64;
        settled.map_err(|_| DockerError::TimedOut { call: call.name, after_ms })??;
        Ok(self.ending.exited_ns().unwrap_or_else(|| MonotonicClock.now_ns()))
    }

    /// Asks a process that is not the container's first to end. It goes with its container where it can't be asked, or does
    /// not end; so does what it has left there.
    async fn end_process(&mut self) -> Result<Ended, DockerError> {
        let unheard = self.unheard();
        let seen = match &self.view {
            View::Seen(kin) => kin.first.zip(self.stop_signal.number),
            View::NotLooked | View::Ended | View::Unseen => None,
        };
        let mut is_late = false;
        if let (Some((pid, signal)), None) = (seen, unheard) {
            exec::ask(pid, &self.container, signal);
            is_late = !exec::has_ended(&mut self.ending, pid, self.stop_timeout).await;
            if let Some(exited_ns) = self.ending.exited_ns() {
                return Ok((exited_ns, None));
            }
        }
        let exited_ns = self.stop_container(0).await?;
        let killed = (is_late || unheard.is_some())
            .then(|| Killed::asked_with(self.stop_signal.name.clone(), self.stop_timeout, unheard));
        Ok((exited_ns, killed))
    }

    /// What keeps the stop signal from its first process; `None` where it hears it or can't be seen.
    fn unheard(&self) -> Option<Unheard> {
        let View::Seen(kin) = &self.view else { return None };
        Unheard::of(kin.first?, self.stop_signal.number?)
    }

    async fn take_down(mut self) -> Result<Stopped, DockerError> {
        let looked = self.look().await;
        let departure = Departure::watch(match &self.view {
            View::Seen(kin) => kin.clone(),
            _ => Kin::find(&self.container, None, self.published, self.engine).unwrap_or_default(),
        });
        let ended = match looked {
            Ok(()) => self.end().await,
            Err(error) => Err(error),
        };
        let (exited_ns, killed) = match ended {
            Ok(ended) => ended,
            Err(error) => return Err(self.give_up(error).await),
        };
        let exit = self.ending.exit().await;
        if let Err(error) = self.leftover.remove().await {
            return Err(self.give_up(error).await);
        }
        departure.complete(DEPARTURE_LIMIT).await.map_err(|what| DockerError::Remains {
            container: self.leftover.name().to_owned(),
            what,
            after_ms: DEPARTURE_LIMIT.as_millis() as u64,
        })?;
        let killed = killed.filter(|_| exit.signal == Some(9) && !exit.out_of_memory);
        let gone_ns = MonotonicClock.now_ns();
        let peak = Some(self.around.peak());
        self.leftover.end_sessions();
        if let Some(idle) = self.idle.take() {
            idle.remove()?;
        }
        self.around.remove().await?;
        self.given.remove()?;
        Ok(Stopped { exited_ns, gone_ns, killed, exit, peak })
    }

    /// After an error: removes it by force, and says so where that fails too.
    async fn give_up(&mut self, error: DockerError) -> DockerError {
        match self.leftover.remove().await {
            Ok(()) => error,
            Err(_) => {
                // Sweeping is left to a later run: the engine has just refused.
                self.leftover.disarm();
                DockerError::Left { container: self.leftover.name().to_owned(), source: Box::new(error) }
            }
        }
    }
}

impl Instance for DockerInstance {
    fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What [`Instance::marks`] found: until then nothing, for the look costs the engine a question.
    fn footprint(&self) -> Footprint {
        match &self.view {
            View::Seen(kin) => kin.footprint(),
            View::NotLooked | View::Ended => Footprint::default(),
            View::Unseen => Footprint { unseen: Some(UNSEEN), ..Footprint::default() },
        }
    }

    /// An engine that has gone away is told as an end without code or signal; its words are in `stderr_tail`.
    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            match self.ending.look().await? {
                Ok(()) => Some(self.ending.untimely_exit().await),
                Err(error) => Some(Exit { stderr_tail: error.to_string(), ..Exit::default() }),
            }
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async {
            self.ending.settle().await?;
            Ok(self.ending.exit().await)
        })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        Box::pin(async {
            self.look().await?;
            Ok(self.marks.clone())
        })
    }

    fn figures(&mut self, phase: Phase) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async move {
            let mut figures = match self.view {
                View::Unseen => stats::figures(&self.daemon, &self.container, phase).await,
                _ => Vec::new(),
            };
            // Only an engine on this host goes by the clock that we go by.
            if let (Phase::Ready, Some(call), Some(_)) = (phase, self.call, self.engine) {
                let started_at = self.started_at.as_deref();
                figures.extend(timeline::figures(&self.daemon, &self.container, started_at, call).await);
            }
            figures
        })
    }

    fn copies(&self) -> Vec<GivenFolder> {
        self.given.copies()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move { Ok((*self).take_down().await?) })
    }
}
