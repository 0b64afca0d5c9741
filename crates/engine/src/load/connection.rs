use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use plimsoll_runtime::Clock;

use crate::http::{Answer, Malformed};

/// How long opening a connection to a service that has answered may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// A keep-alive connection with at most one request on its way.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) answer: Answer,
    pub(super) flight: Option<Flight>,
    /// Since when it could take a request, in nanoseconds.
    pub(super) free_since_ns: u64,
}

/// A request on its way.
#[derive(Clone, Copy)]
pub(super) struct Flight {
    pub(super) shot: usize,
    pub(super) due_ns: u64,
    pub(super) sent_ns: u64,
    pub(super) written: usize,
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
        Ok(Self { stream, answer: Answer::expecting(longest_body), flight: None, free_since_ns: 0 })
    }

    /// Writes as much of the request as the socket takes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let Some(flight) = &mut self.flight else { return Ok(()) };
        while flight.written < bytes.len() {
            match self.stream.write(&bytes[flight.written..]) {
                Ok(0) => return Err(Broken::Closed),
                Ok(written) => flight.written += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads what is there. Some: the answer is complete, and its last byte was here at this time.
    pub(super) fn read(&mut self, clock: &dyn Clock) -> Result<Option<u64>, Broken> {
        loop {
            let space = self.answer.space();
            let room = space.len();
            let received = match self.stream.read(space) {
                Ok(0) => return Err(Broken::Closed),
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            // Before the bytes are looked at: parsing and comparing are ours, not the service's.
            let now_ns = clock.now_ns();
            if self.flight.is_none() {
                return Err(Broken::Unasked);
            }
            if self.answer.received(received)? {
                return if self.answer.closes() { Err(Broken::NotKept) } else { Ok(Some(now_ns)) };
            }
            // Less than there was room for: the socket is empty, and its next byte gives an event.
            if received < room {
                return Ok(None);
            }
        }
    }
}
