use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::mpsc::Sender;
use std::time::Duration;

use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::drain::{Captures, Drain};
use crate::{Output, ProcessError};

/// How a child ended: one of the two is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Exit code, if it exited.
    pub code: Option<i32>,
    /// Signal, if one killed it.
    pub signal: Option<i32>,
}

/// How stopping a child went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Termination {
    /// How it ended.
    pub ending: Ending,
    /// Whether it had to be killed because the time was over.
    pub killed: bool,
}

/// The ends of pipes that the caller may take.
#[derive(Debug, Default)]
pub(crate) struct Pipes {
    pub(crate) stdin: Option<File>,
    pub(crate) stdout: Option<File>,
    pub(crate) stderr: Option<File>,
}

/// A running child. Killed and waited for when dropped.
#[derive(Debug)]
pub struct Child {
    pid: u32,
    process: OwnedFd,
    pipes: Pipes,
    drain: Drain,
    ending: Option<Ending>,
    /// Keeps the thread that made it, with which it would end.
    _made_by: Option<Sender<()>>,
}

impl Child {
    pub(crate) fn new(pid: u32, process: OwnedFd, pipes: Pipes, drain: Drain) -> Self {
        Self { pid, process, pipes, drain, ending: None, _made_by: None }
    }

    /// Made by a thread that ends when this is dropped.
    pub(crate) fn made_by(mut self, thread: Sender<()>) -> Self {
        self._made_by = Some(thread);
        self
    }

    /// Process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The writing end of its standard input, once, if it was a [`crate::Stream::Pipe`].
    pub fn take_stdin(&mut self) -> Option<File> {
        self.pipes.stdin.take()
    }

    /// The reading end of its standard output, once, if it was a [`crate::Stream::Pipe`].
    pub fn take_stdout(&mut self) -> Option<File> {
        self.pipes.stdout.take()
    }

    /// The reading end of its standard error, once, if it was a [`crate::Stream::Pipe`].
    pub fn take_stderr(&mut self) -> Option<File> {
        self.pipes.stderr.take()
    }

    /// How it ended, if it has; one system call, and one for each stream that is captured and drained by us.
    ///
    /// # Errors
    /// When it was waited for elsewhere.
    pub fn try_wait(&mut self) -> Result<Option<Ending>, ProcessError> {
        if self.ending.is_none() {
            self.ending = self.ask(WaitIdOptions::NOHANG)?;
            if let Drain::Waiting(captures) = &mut self.drain {
                captures.drain();
            }
        }
        Ok(self.ending)
    }

    /// Waits for its end, draining what is captured meanwhile. Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// When it can't be watched.
    pub async fn wait(&mut self) -> Result<Ending, ProcessError> {
        loop {
            if let Some(ending) = self.try_wait()? {
                return Ok(ending);
            }
            let captures = match &self.drain {
                Drain::Waiting(captures) => Some(captures),
                _ => None,
            };
            let watched = self.process.as_fd();
            activity(watched, captures)
                .await
                .map_err(|source| ProcessError::Watch { pid: self.pid, source })?;
        }
    }

    /// Asks it to end with SIGTERM, kills it when `limit` is over, and returns when it has ended. Needs a tokio
    /// runtime with I/O and time.
    ///
    /// # Errors
    /// When it can't be watched.
    pub async fn terminate(&mut self, limit: Duration) -> Result<Termination, ProcessError> {
        self.terminate_unless(limit, |_| false).await
    }

    /// As [`Self::terminate`], but without waiting where `hopeless` says of its process id that it does not hear SIGTERM.
    /// It is asked when that was sent: whoever hears it leaves meanwhile.
    ///
    /// # Errors
    /// When it can't be watched.
    pub async fn terminate_unless(
        &mut self,
        limit: Duration,
        hopeless: impl FnOnce(u32) -> bool,
    ) -> Result<Termination, ProcessError> {
        if let Some(ending) = self.try_wait()? {
            return Ok(Termination { ending, killed: false });
        }
        self.signal(Signal::TERM)?;
        let limit = if hopeless(self.pid) { Duration::ZERO } else { limit };
        if let Ok(ending) = tokio::time::timeout(limit, self.wait()).await {
            return Ok(Termination { ending: ending?, killed: false });
        }
        self.kill()?;
        Ok(Termination { ending: self.wait().await?, killed: true })
    }

    /// Sends SIGKILL. One that has ended is no error.
    ///
    /// # Errors
    /// When it may not be signalled.
    pub fn kill(&mut self) -> Result<(), ProcessError> {
        self.signal(Signal::KILL)
    }

    /// What it has written: complete once it has ended. Ends the draining, so ask after the end.
    pub fn output(&mut self) -> Output {
        self.drain.finish()
    }

    fn signal(&mut self, signal: Signal) -> Result<(), ProcessError> {
        match pidfd_send_signal(&self.process, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(errno) => Err(self.lost(errno)),
        }
    }

    fn ask(&self, options: WaitIdOptions) -> Result<Option<Ending>, ProcessError> {
        let id = WaitId::PidFd(self.process.as_fd());
        let status = rustix::io::retry_on_intr(|| waitid(id.clone(), options | WaitIdOptions::EXITED))
            .map_err(|errno| self.lost(errno))?;
        Ok(status.map(|status| Ending { code: status.exit_status(), signal: status.terminating_signal() }))
    }

    fn lost(&self, errno: rustix::io::Errno) -> ProcessError {
        ProcessError::Watch { pid: self.pid, source: errno.into() }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.ending.is_none() {
            // Nobody is there to tell; what remains is the kernel's.
            let _ = self.kill();
            let _ = self.ask(WaitIdOptions::empty());
        }
    }
}

/// Returns when the child has ended or one of its streams can be read.
async fn activity(process: BorrowedFd<'_>, captures: Option<&Captures>) -> io::Result<()> {
    let process = watch(process)?;
    let [stdout, stderr] = captures.map(Captures::pipes).unwrap_or_default();
    let (stdout, stderr) = (stdout.map(watch).transpose()?, stderr.map(watch).transpose()?);
    tokio::select! {
        ready = process.readable() => ready.map(drop),
        ready = on(stdout.as_ref()) => ready,
        ready = on(stderr.as_ref()) => ready,
    }
}

fn watch(fd: BorrowedFd<'_>) -> io::Result<AsyncFd<BorrowedFd<'_>>> {
    // SAFETY: the borrow keeps the descriptor open and the same for as long as the result can live.
    let registered = unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) };
    registered.map_err(io::Error::from)
}

/// Never returns where there is no stream.
async fn on(stream: Option<&AsyncFd<BorrowedFd<'_>>>) -> io::Result<()> {
    match stream {
        Some(stream) => stream.readable().await.map(drop),
        None => std::future::pending().await,
    }
}
