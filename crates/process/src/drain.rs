//! Who reads a child's captured streams, and when.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::Errno;

use crate::Output;
use crate::capture::Capture;

/// The captured streams of one child.
#[derive(Debug, Default)]
pub(crate) struct Captures {
    pub(crate) stdout: Option<Capture>,
    pub(crate) stderr: Option<Capture>,
}

impl Captures {
    pub(crate) fn drain(&mut self) {
        for capture in self.stdout.iter_mut().chain(&mut self.stderr) {
            capture.drain();
        }
    }

    /// The pipes whose ends were not read yet.
    pub(crate) fn pipes(&self) -> [Option<BorrowedFd<'_>>; 2] {
        [&self.stdout, &self.stderr].map(|capture| capture.as_ref().and_then(Capture::pipe))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stdout.is_none() && self.stderr.is_none()
    }

    fn output(&self) -> Output {
        let kept = |capture: &Option<Capture>| capture.as_ref().map(Capture::kept).unwrap_or_default();
        let dropped = self.stdout.as_ref().map_or(0, Capture::dropped);
        Output { stdout: kept(&self.stdout), truncated: dropped > 0, dropped, stderr: kept(&self.stderr) }
    }
}

/// Whoever waits for the child drains its streams, or a thread does: needed where nobody waits for long, since
/// a full pipe would stop the child.
#[derive(Debug)]
pub(crate) enum Drain {
    Waiting(Captures),
    Thread(Background),
    Done(Output),
}

impl Drain {
    /// What was written, once the child has ended. Streams that a surviving grandchild holds are not waited for.
    pub(crate) fn finish(&mut self) -> Output {
        let output = match std::mem::replace(self, Self::Done(Output::default())) {
            Self::Waiting(mut captures) => {
                captures.drain();
                captures.output()
            }
            Self::Thread(background) => background.finish(),
            Self::Done(output) => output,
        };
        *self = Self::Done(output.clone());
        output
    }
}

/// A thread that sleeps in poll(2) until there is output.
#[derive(Debug)]
pub(crate) struct Background {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<Captures>>,
}

impl Background {
    pub(crate) fn start(captures: Captures) -> io::Result<Self> {
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let told = Arc::clone(&stop);
        let thread = Builder::new().name("drain".to_owned()).spawn(move || run(captures, &told))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    fn finish(mut self) -> Output {
        let captures = self.end().unwrap_or_default();
        captures.output()
    }

    fn end(&mut self) -> Option<Captures> {
        // An eventfd takes eight bytes; it can only refuse at its largest value.
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        self.thread.take()?.join().ok()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(mut captures: Captures, stop: &OwnedFd) -> Captures {
    loop {
        let mut fds = vec![PollFd::new(stop, PollFlags::IN)];
        let pipes = captures.pipes().into_iter().flatten();
        fds.extend(pipes.map(|pipe| PollFd::from_borrowed_fd(pipe, PollFlags::IN)));
        let polled = poll(&mut fds, None);
        let stopped = fds.first().is_some_and(|fd| !fd.revents().is_empty());
        drop(fds);
        captures.drain();
        if stopped || polled.is_err_and(|error| error != Errno::INTR) {
            return captures;
        }
    }
}
