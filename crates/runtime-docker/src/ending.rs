use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bollard::errors::Error as ApiError;
use bollard::models::ContainerWaitResponse;
use bollard::query_parameters::WaitContainerOptionsBuilder;
use futures_util::{Stream, StreamExt};
use plimsoll_runtime::{Clock, Exit, MonotonicClock, is_taken};
use tokio::time::timeout;

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::kernel_log;
use crate::last_words::last_words;
use crate::output::Output;

/// How long output may go on after the engine has told the end; then the connection is stuck.
const OUTPUT_LIMIT: Duration = Duration::from_secs(10);

/// What tells an exit status, once.
pub(crate) type Awaited = Pin<Box<dyn Stream<Item = Result<ContainerWaitResponse, ApiError>> + Send>>;

/// The end of a container: its exit status and the end of its output.
pub(crate) struct Ending {
    daemon: Daemon,
    container: String,
    waiting: Awaited,
    status: Option<Status>,
    output: Output,
    /// Whether its output is all that tells its end.
    by_output: Option<OutputEnd>,
    is_command: bool,
    /// Where the service itself listens in the host's network.
    listens: Option<SocketAddr>,
    exit: Option<Exit>,
}

/// The end of a process's output.
#[derive(Clone, Copy, Default)]
struct OutputEnd {
    at_ns: Option<u64>,
}

#[derive(Clone, Copy)]
struct Status {
    code: i64,
    at_ns: u64,
}

impl Ending {
    /// Of a container that has been started. The request goes out when it is first polled, so it is no part of
    /// the start. It asks for "not running" and not for the next exit: one that is over by then is told as well.
    pub(crate) fn of(
        daemon: Daemon,
        container: String,
        output: Option<Output>,
        listens: Option<SocketAddr>,
    ) -> Self {
        let options = WaitContainerOptionsBuilder::new().condition("not-running").build();
        let waiting = Box::pin(daemon.client.wait_container(&container, Some(options)));
        let is_command = output.is_some();
        let output = output.unwrap_or_default();
        let by_output = None;
        Self { daemon, container, waiting, status: None, output, by_output, is_command, listens, exit: None }
    }

    /// Of a process in a container: its status is asked for when its output has ended.
    pub(crate) fn of_process(
        daemon: Daemon,
        container: String,
        waiting: Awaited,
        output: Output,
        is_command: bool,
        listens: Option<SocketAddr>,
    ) -> Self {
        let by_output = Some(OutputEnd::default());
        Self { daemon, container, waiting, status: None, output, by_output, is_command, listens, exit: None }
    }

    /// When the exit was told, in nanoseconds of the observer's clock.
    pub(crate) fn exited_ns(&self) -> Option<u64> {
        self.status.map(|status| status.at_ns)
    }

    /// Looks whether it has ended, without waiting.
    pub(crate) async fn look(&mut self) -> Option<Result<(), DockerError>> {
        // A turn each for the connection, the request, the answer and its body: between two of them the runtime
        // looks at its sockets once.
        for _ in 0..4 {
            let seen = poll_fn(|context| Poll::Ready(self.poll_settled(context))).await;
            match seen {
                Poll::Ready(settled) => return Some(settled),
                Poll::Pending => tokio::task::yield_now().await,
            }
        }
        None
    }

    /// Waits until it has ended. May be broken off and called again.
    pub(crate) async fn settle(&mut self) -> Result<(), DockerError> {
        poll_fn(|context| match self.poll_settled(context) {
            // The output has its own limit below.
            Poll::Pending if self.status.is_some() => Poll::Ready(Ok(())),
            other => other,
        })
        .await?;
        match timeout(OUTPUT_LIMIT, poll_fn(|context| self.poll_settled(context))).await {
            Ok(settled) => settled,
            Err(_) => {
                let after_ms = OUTPUT_LIMIT.as_millis() as u64;
                Err(DockerError::TimedOut { call: Call::ATTACH.name, after_ms })
            }
        }
    }

    /// How it ended. Only a failure costs further questions: the reason, and a service's last words.
    pub(crate) async fn exit(&mut self) -> Exit {
        if let Some(exit) = &self.exit {
            return exit.clone();
        }
        let failed = self.status.is_none_or(|status| status.code != 0);
        self.learn(failed).await
    }

    /// The same of one that was not asked to end: for a service that is a failure, whatever its code.
    pub(crate) async fn untimely_exit(&mut self) -> Exit {
        match &self.exit {
            Some(exit) => exit.clone(),
            None if self.is_command => self.exit().await,
            None => self.learn(true).await,
        }
    }

    async fn learn(&mut self, failed: bool) -> Exit {
        let code = self.status.map(|status| status.code);
        let mut exit = Exit {
            code: code.and_then(|code| i32::try_from(code).ok()),
            signal: code.and_then(signal),
            stdout: std::mem::take(&mut self.output.stdout),
            truncated: self.output.truncated,
            stderr_tail: self.output.stderr_tail(),
            ..Exit::default()
        };
        if failed {
            exit.taken = self
                .listens
                .filter(|&address| exit.code.is_some() && is_taken(address))
                .map(|address| address.to_string());
            exit.out_of_memory = was_out_of_memory(&self.daemon, &self.container).await;
            if !self.is_command && self.by_output.is_none() {
                exit.stderr_tail = last_words(&self.daemon, &self.container).await;
            }
        }
        self.exit = Some(exit.clone());
        exit
    }

    fn poll_settled(&mut self, context: &mut Context<'_>) -> Poll<Result<(), DockerError>> {
        // The output first: a container that fills its pipe ends only when it is read.
        let output = match self.output.poll_end(context) {
            Poll::Ready(Err(error)) => return Poll::Ready(Err(self.daemon.error(Call::ATTACH, error))),
            Poll::Ready(Ok(())) => true,
            Poll::Pending => false,
        };
        if let Some(end) = &mut self.by_output {
            if !output {
                return Poll::Pending;
            }
            end.at_ns.get_or_insert_with(|| MonotonicClock.now_ns());
        }
        if self.status.is_none() {
            let code = match self.waiting.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(response))) => response.status_code,
                // The client takes every status above 0 for an error.
                Poll::Ready(Some(Err(ApiError::DockerContainerWaitError { code, .. }))) => code,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(self.daemon.error(WAIT, error))),
                Poll::Ready(None) => {
                    let err = io::Error::from(io::ErrorKind::UnexpectedEof);
                    return Poll::Ready(Err(self.daemon.error(WAIT, ApiError::IOError { err })));
                }
            };
            let ended_ns = self.by_output.and_then(|end| end.at_ns);
            let at_ns = ended_ns.unwrap_or_else(|| MonotonicClock.now_ns());
            self.status = Some(Status { code, at_ns });
        }
        if output { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

/// The engine's limit is the caller's.
const WAIT: Call = Call { name: "container wait", limit: Duration::MAX };

async fn was_out_of_memory(daemon: &Daemon, container: &str) -> bool {
    let inspected = daemon.call(Call::INSPECT, daemon.client.inspect_container(container, None)).await;
    let marked = inspected.ok().and_then(|container| container.state?.oom_killed).unwrap_or(false);
    marked || kernel_log::tells_out_of_memory(container)
}

/// The signal that a status may stand for: the engine tells one that killed as 128 and its number, which a process may
/// also exit with by itself.
fn signal(status: i64) -> Option<i32> {
    i32::try_from(status - 128).ok().filter(|signal| (1..=64).contains(signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_above_128_may_be_a_signal() {
        assert_eq!([3, 128, 137, 255].map(signal), [None, None, Some(9), None]);
    }
}
