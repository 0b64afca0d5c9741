use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::exchange::{Broken, Conversation};
use crate::http::Bodies;

/// How long opening a connection to a service that has answered may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// A keep-alive connection with at most one request on its way. The service may close it between two answers; then it
/// is opened again for the next request.
pub(super) struct Connection {
    pub(super) exchange: Conversation,
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
    /// Whether the connection was opened for this request: one that fails on such a connection has failed.
    pub(super) reopened: bool,
}

impl Connection {
    pub(super) fn open(address: SocketAddr, bodies: Bodies) -> io::Result<Self> {
        let mut exchange = Conversation::closed(bodies);
        exchange.open(address)?;
        exchange.connected(CONNECT_LIMIT)?;
        Ok(Self { exchange, flight: None, free_since_ns: 0, queued: false })
    }

    /// Whether the service did no more than to end a connection that it owes nothing on: it may do so at any time, and
    /// a request that crossed with that is sent once more.
    pub(super) fn may_end_with(&self, broken: &Broken) -> bool {
        let only_ended = matches!(broken, Broken::Io(_) | Broken::Unopened(_) | Broken::Closed);
        only_ended && self.exchange.is_unanswered() && self.flight.is_none_or(|flight| !flight.reopened)
    }
}
