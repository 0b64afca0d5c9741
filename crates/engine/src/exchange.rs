//! One request and its answer over a connection that never blocks: what readiness asks with and what a load is made
//! of.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use plimsoll_runtime::Clock;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::http::{Answer, Bodies, Malformed};

/// The most that is written or read at a time: while one connection moves megabytes, no other's due time may be missed.
const STEP_BYTES: usize = 64 << 10;

/// A connection with at most one request on its way. It may be closed, by either side, and opened again.
pub(crate) struct Conversation<S = TcpStream> {
    stream: Option<S>,
    /// Whether it is known to be connected.
    stands: bool,
    /// Whether the service is known to send nothing more than what is there.
    ends: bool,
    /// Whether an answer is waited for.
    asked: bool,
    written: usize,
    /// What was read of the answer.
    pub(crate) answer: Answer,
}

/// How far a step came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The socket gives an event when there is more to do.
    Waits,
    /// There may be more to do at once, and no event will tell.
    GoesOn,
    /// The answer is complete, and its last byte was here at this time, in nanoseconds.
    Answered(u64),
}

/// Why a connection can't be used any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("no connection could be opened: {0}")]
    Unopened(io::Error),
    #[error("the connection broke: {0}")]
    Io(io::Error),
    #[error("the service closed the connection")]
    Closed,
    #[error("bytes came that nobody asked for")]
    Unasked,
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl Conversation {
    /// Without a connection, for answers with such bodies.
    pub(crate) fn closed(bodies: Bodies) -> Self {
        Self::on(None, bodies)
    }

    /// Begins to open a new connection, over which a request on its way is written anew. Whether that succeeds, its
    /// first bytes tell.
    ///
    /// # Errors
    /// When the system has no socket, no port, or no way to the address.
    pub(crate) fn open(&mut self, address: SocketAddr) -> io::Result<()> {
        self.close();
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        self.stream = Some(stream);
        self.written = 0;
        Ok(())
    }

    /// Waits until the connection stands.
    ///
    /// # Errors
    /// When it is refused, or does not stand within `limit`.
    pub(crate) fn connected(&mut self, limit: Duration) -> io::Result<()> {
        let Some(stream) = &self.stream else { return Err(io::ErrorKind::NotConnected.into()) };
        if !ready(stream, PollFlags::OUT, limit)? {
            return Err(too_late());
        }
        if let Some(error) = stream.take_error()? {
            return Err(error);
        }
        self.stands = true;
        Ok(())
    }

    /// Where its events come from.
    pub(crate) fn stream(&mut self) -> Option<&mut TcpStream> {
        self.stream.as_mut()
    }

    /// Sleeps until there is something to do, for at most `limit`. A connection that does not stand by then is no
    /// connection.
    pub(crate) fn wait(&self, request: &[u8], limit: Duration) -> Result<(), Broken> {
        let Some(stream) = &self.stream else { return Ok(()) };
        let writes = if self.written < request.len() { PollFlags::OUT } else { PollFlags::empty() };
        match ready(stream, PollFlags::IN | writes, limit) {
            Ok(false) if !self.stands => Err(Broken::Unopened(too_late())),
            Ok(_) => Ok(()),
            Err(error) => Err(Broken::Io(error)),
        }
    }
}

impl<S: Read + Write> Conversation<S> {
    /// Over a connection that stands.
    pub(crate) fn over(stream: S, bodies: Bodies) -> Self {
        Self { stands: true, ..Self::on(Some(stream), bodies) }
    }

    fn on(stream: Option<S>, bodies: Bodies) -> Self {
        let answer = Answer::expecting(bodies);
        Self { stream, stands: false, ends: false, asked: false, written: 0, answer }
    }

    /// Ends the connection.
    pub(crate) fn close(&mut self) {
        self.stream = None;
        self.stands = false;
        self.ends = false;
    }

    /// Takes note that the service has ended its side.
    pub(crate) fn note_end(&mut self) {
        self.ends = true;
    }

    /// Whether there is a connection, as far as is known.
    pub(crate) fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether the connection is known to be more than begun.
    pub(crate) fn stands(&self) -> bool {
        self.stands
    }

    /// Whether no byte of an answer has come since the last request.
    pub(crate) fn is_unanswered(&self) -> bool {
        !self.asked || self.answer.is_empty()
    }

    /// How much of the answer to the last request has come, in bytes.
    pub(crate) fn come_bytes(&self) -> usize {
        if self.asked { self.answer.come_bytes() } else { 0 }
    }

    /// Takes a new request, of which nothing is written yet.
    pub(crate) fn ask(&mut self, method: &str) {
        self.answer.begin(method);
        self.asked = true;
        self.written = 0;
    }

    /// Writes a step of the request, as far as the socket takes it.
    pub(crate) fn write(&mut self, request: &[u8]) -> Result<Step, Broken> {
        let Some(stream) = self.stream.as_mut().filter(|_| self.asked) else { return Ok(Step::Waits) };
        let end = request.len().min(self.written + STEP_BYTES);
        while self.written < end {
            match stream.write(&request[self.written..end]) {
                Ok(0) => return Err(Broken::Closed),
                Ok(written) => {
                    self.written += written;
                    self.stands = true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_early(&error, self.stands) => return Ok(Step::Waits),
                Err(error) if self.stands => return Err(Broken::Io(error)),
                Err(error) => return Err(Broken::Unopened(error)),
            }
        }
        Ok(if end < request.len() { Step::GoesOn } else { Step::Waits })
    }

    /// Reads a step of what is there, and compares it with what is expected.
    pub(crate) fn read(&mut self, expected: &[u8], clock: &dyn Clock) -> Result<Step, Broken> {
        let Some(stream) = &mut self.stream else { return Ok(Step::Waits) };
        loop {
            let space = self.answer.space();
            let room = space.len().min(STEP_BYTES);
            let received = match stream.read(&mut space[..room]) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if is_early(&error, self.stands) => return Ok(Step::Waits),
                Err(error) if self.stands => return Err(Broken::Io(error)),
                Err(error) => return Err(Broken::Unopened(error)),
            };
            // Before the bytes are looked at: parsing and comparing are ours, not the service's.
            let now_ns = clock.now_ns();
            let complete = match received {
                0 if self.is_unanswered() => return Err(Broken::Closed),
                0 => self.answer.closed().map(|()| true)?,
                _ if !self.asked => return Err(Broken::Unasked),
                _ => self.answer.received(received)?,
            };
            if complete {
                self.asked = false;
                return Ok(Step::Answered(now_ns));
            }
            self.answer.begins(expected);
            // Less than there was room for: the socket is empty, and its next byte gives an event. Its end may have come
            // with this one.
            return Ok(if received < room && !self.ends { Step::Waits } else { Step::GoesOn });
        }
    }

    /// Writes and reads a little. Both: a service that answers while it is asked must not wait for us to read, and
    /// what it said before it hung up is its answer.
    pub(crate) fn proceed(
        &mut self,
        request: &[u8],
        expected: &[u8],
        clock: &dyn Clock,
    ) -> Result<Step, Broken> {
        if !self.asked || self.written == request.len() {
            return self.read(expected, clock);
        }
        let wrote = self.write(request);
        match self.read(expected, clock) {
            Ok(Step::Waits) => wrote,
            Err(broken) => Err(wrote.err().unwrap_or(broken)),
            read => read,
        }
    }

    /// Whether, after an answer, the connection can't take another request: the service ends it, has ended it, or has
    /// answered before it was wholly asked.
    pub(crate) fn is_spent(&self, request: &[u8]) -> bool {
        self.answer.closes() || self.ends || self.written < request.len()
    }
}

/// Whether it is only that the socket has nothing to give or take yet. Some systems say "not connected" for a
/// connection that is still being made.
fn is_early(error: &io::Error, stands: bool) -> bool {
    match error.kind() {
        io::ErrorKind::WouldBlock => true,
        io::ErrorKind::NotConnected => !stands,
        _ => false,
    }
}

fn ready(stream: &TcpStream, events: PollFlags, limit: Duration) -> io::Result<bool> {
    let limit = Timespec { tv_sec: limit.as_secs() as i64, tv_nsec: i64::from(limit.subsec_nanos()) };
    match poll(&mut [PollFd::new(stream, events)], Some(&limit)) {
        Ok(found) => Ok(found > 0),
        // As good as an event: whoever waits looks and waits again.
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(errno) => Err(errno.into()),
    }
}

fn too_late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "connection timed out")
}
