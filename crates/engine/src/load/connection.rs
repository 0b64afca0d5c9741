use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use plimsoll_runtime::Clock;

use crate::http::{Answer, Malformed};

/// How long opening a connection to a service that has answered may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// The most that is written or read at a time: while one connection moves megabytes, no other's due time may be missed.
const STEP_BYTES: usize = 64 << 10;

/// A keep-alive connection with at most one request on its way.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) answer: Answer,
    pub(super) flight: Option<Flight>,
    /// Since when it could take a request, in nanoseconds.
    pub(super) free_since_ns: u64,
    /// Whether it stands in the generator's queue of those with something to do.
    pub(super) queued: bool,
}

/// A request on its way.
#[derive(Clone, Copy)]
pub(super) struct Flight {
    pub(super) shot: usize,
    pub(super) due_ns: u64,
    pub(super) sent_ns: u64,
    pub(super) written: usize,
}

/// How far a step came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The socket gives an event when there is more to do.
    Waits,
    /// There may be more to do at once, and no event will tell.
    GoesOn,
    /// The answer is complete, and its last byte was here at this time, in nanoseconds.
    Answered(u64),
}

/// Why a connection can't be used any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    #[error("the service closed the connection")]
    Closed,
    #[error("the service ends the connection after an answer, but the load needs it kept alive")]
    NotKept,
    #[error("bytes came that nobody asked for")]
    Unasked,
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl Connection {
    pub(super) fn open(address: SocketAddr, longest_body: usize) -> io::Result<Self> {
        let stream = std::net::TcpStream::connect_timeout(&address, CONNECT_LIMIT)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let stream = TcpStream::from_std(stream);
        Ok(Self {
            stream,
            answer: Answer::expecting(longest_body),
            flight: None,
            free_since_ns: 0,
            queued: false,
        })
    }

    /// Writes a step of the request, as far as the socket takes it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Step, Broken> {
        let Some(flight) = &mut self.flight else { return Ok(Step::Waits) };
        let end = bytes.len().min(flight.written + STEP_BYTES);
        while flight.written < end {
            match self.stream.write(&bytes[flight.written..end]) {
                Ok(0) => return Err(Broken::Closed),
                Ok(written) => flight.written += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Step::Waits),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(if end < bytes.len() { Step::GoesOn } else { Step::Waits })
    }

    /// Reads a step of what is there, and compares it with what is expected.
    pub(super) fn read(&mut self, expected: &[u8], clock: &dyn Clock) -> Result<Step, Broken> {
        loop {
            let space = self.answer.space();
            let room = space.len().min(STEP_BYTES);
            let received = match self.stream.read(&mut space[..room]) {
                Ok(0) => return Err(Broken::Closed),
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Step::Waits),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            // Before the bytes are looked at: parsing and comparing are ours, not the service's.
            let now_ns = clock.now_ns();
            if self.flight.is_none() {
                return Err(Broken::Unasked);
            }
            if self.answer.received(received)? {
                return if self.answer.closes() { Err(Broken::NotKept) } else { Ok(Step::Answered(now_ns)) };
            }
            self.answer.begins(expected);
            // Less than there was room for: the socket is empty, and its next byte gives an event.
            return Ok(if received < room { Step::Waits } else { Step::GoesOn });
        }
    }
}
