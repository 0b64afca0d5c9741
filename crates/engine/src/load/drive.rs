use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token};
use plimsoll_model::{Exchange, FailureKind};
use plimsoll_runtime::Clock;

use super::connection::{Connection, Flight};
use super::disturbance::{Disturbance, Taken};
use super::latencies::{Latencies, empty};
use super::mix::Mix;
use super::pace::{DueTimes, Pace};
use crate::Cancel;
use crate::exchange::{Broken, Step};
use crate::forms::Shelf;
use crate::http::Bodies;
use crate::shot::{AsItComes, Mismatch, Shot};

/// From opening the connections to the first due time.
const LEAD_NS: u64 = 1_000_000;
/// The longest the generator looks away.
const LOOK_AWAY_NS: u64 = 20_000_000;
/// How long after the last due time the last answers may come, beside the load's own duration.
const DRAIN_NS: u64 = 2_000_000_000;

/// A load on one service.
pub struct Load<'a> {
    /// Where it serves.
    pub address: SocketAddr,
    /// The requests, mixed by their weights.
    pub requests: &'a [Exchange],
    /// Keep-alive connections, opened before the first request is due. One that the service closes is opened again
    /// when a request needs it, within that request's latency.
    pub connections: usize,
    /// When requests are due.
    pub pace: Pace,
    /// How it waits.
    pub waiting: Waiting,
}

/// How the generator waits for the next due time or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Without sleeping while anything is on its way; for a core of its own.
    Spinning,
    /// Leaving the core to others; for one that is shared with the instance.
    Yielding,
}

impl Waiting {
    /// How long nothing may be due, while nothing is on its way, before the core is left alone, and how long before the
    /// next due time it is taken back. The host of a virtual machine gives back late what was left alone, by
    /// milliseconds: a core of its own is left for long times only, and taken back early.
    const fn idle(self) -> (u64, u64) {
        match self {
            Self::Spinning => (20_000_000, 5_000_000),
            Self::Yielding => (2_000_000, 1_000_000),
        }
    }
}

/// Why a load could not begin.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A connection could not be opened.
    #[error("could not open connection {number} of {of} to `{address}`: ask for fewer with `--connections`")]
    Connect {
        /// Which, from 1.
        number: usize,
        /// How many were asked for.
        of: usize,
        /// Where to.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The system's event queue failed.
    #[error("could not watch the connections")]
    Watch(#[from] io::Error),
}

/// What a load gave.
#[derive(Debug)]
pub struct Served {
    /// First due time, on the given clock.
    pub begin_ns: u64,
    /// The last answer's last byte.
    pub end_ns: u64,
    /// Requests sent.
    pub sent: u64,
    /// Right answers.
    pub answered: u64,
    /// Wrong answers, broken connections, and requests without an answer.
    pub failed: u64,
    /// Whether the user stopped it.
    pub cancelled: bool,
    /// Answers that were read and judged while the load went on, since more different ones came than are kept: that
    /// was time of the generator's own.
    pub judged_at_once: u64,
    /// Latencies of answers that were not found wrong as they came, by request in the order given.
    pub latencies: Vec<Latencies>,
    /// How much later than it could have the generator sent each request: its own fault alone.
    pub lag: Histogram<u64>,
    /// What kept the generator from its core meanwhile.
    pub disturbance: Disturbance,
    pub(crate) first_fault: Option<Fault>,
}

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FailureKind,
    pub(crate) message: String,
    pub(crate) diff: Option<String>,
}

impl Load<'_> {
    /// Drives the load on this thread until it is over, cancelled, or past its hard limit.
    ///
    /// # Errors
    /// When it can't begin. What goes wrong later is part of what it gave.
    pub fn drive(&self, clock: &dyn Clock, cancel: &Cancel) -> Result<Served, LoadError> {
        let mut generator = Generator::open(self, clock)?;
        let before = Taken::so_far();
        generator.run(self, cancel)?;
        generator.served.disturbance = Taken::so_far().since(&before);
        if !generator.served.cancelled {
            generator.judge_kept();
        }
        Ok(generator.served)
    }
}

impl Served {
    /// Right answers per second, in thousandths, over at least `least_ns`.
    #[must_use]
    pub fn rate_milli(&self, least_ns: u64) -> u64 {
        let taken_ns = self.end_ns.saturating_sub(self.begin_ns).max(least_ns).max(1);
        (u128::from(self.answered) * 1_000_000_000_000 / u128::from(taken_ns)) as u64
    }

    /// What went wrong first, in words; `None` when nothing did.
    #[must_use]
    pub fn first_failure(&self) -> Option<&str> {
        self.first_fault.as_ref().map(|fault| fault.message.as_str())
    }
}

struct Generator<'a> {
    clock: &'a dyn Clock,
    address: SocketAddr,
    poll: Poll,
    events: Events,
    shots: Vec<Shot>,
    mix: Mix,
    connections: Vec<Connection>,
    free: VecDeque<usize>,
    /// Connections with something to do.
    queue: VecDeque<usize>,
    in_flight: usize,
    alive: usize,
    shelf: Shelf,
    served: Served,
}

impl<'a> Generator<'a> {
    fn open(load: &Load<'_>, clock: &'a dyn Clock) -> Result<Self, LoadError> {
        let bodies = Bodies::of(load.requests);
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(load.connections);
        for at in 0..load.connections {
            let mut connection = Connection::open(load.address, bodies).map_err(|source| {
                LoadError::Connect { number: at + 1, of: load.connections, address: load.address, source }
            })?;
            watch(&poll, at, &mut connection)?;
            connections.push(connection);
        }
        Ok(Self {
            clock,
            address: load.address,
            poll,
            events: Events::with_capacity(load.connections.clamp(64, 4_096)),
            shots: load.requests.iter().map(|request| Shot::new(request, load.address)).collect(),
            mix: Mix::new(load.requests.iter().map(|request| request.weight)),
            free: (0..connections.len()).collect(),
            queue: VecDeque::with_capacity(connections.len()),
            in_flight: 0,
            alive: connections.len(),
            connections,
            shelf: Shelf::empty(),
            served: Served {
                begin_ns: 0,
                end_ns: 0,
                sent: 0,
                answered: 0,
                failed: 0,
                cancelled: false,
                judged_at_once: 0,
                latencies: vec![Latencies::new(); load.requests.len()],
                lag: empty(),
                disturbance: Disturbance::default(),
                first_fault: None,
            },
        })
    }

    fn run(&mut self, load: &Load<'_>, cancel: &Cancel) -> Result<(), LoadError> {
        let begin_ns = self.clock.now_ns() + LEAD_NS;
        self.served.begin_ns = begin_ns;
        self.served.end_ns = begin_ns;
        let lasts_ns = match load.pace {
            Pace::Open { duration_ns, .. } => duration_ns,
            Pace::Closed { most_ns, .. } => most_ns,
        };
        let limit_ns = begin_ns + 2 * lasts_ns + DRAIN_NS;
        // A closed pace counts answers: no due time is missed by sleeping until one comes.
        let waiting = if load.pace.total().is_some() { load.waiting } else { Waiting::Yielding };
        let mut schedule = DueTimes::new(load.pace, begin_ns);
        loop {
            let now_ns = self.clock.now_ns();
            let mut next_due_ns = schedule.next_due_ns(now_ns, self.served.answered);
            while let Some(due_ns) = next_due_ns.filter(|due_ns| *due_ns <= now_ns && now_ns >= begin_ns) {
                let Some(at) = self.free.pop_front() else { break };
                self.send(at, due_ns);
                schedule.advance();
                next_due_ns = schedule.next_due_ns(now_ns, self.served.answered);
            }
            if (next_due_ns.is_none() && self.in_flight == 0) || self.alive == 0 {
                break;
            }
            if cancel.is_cancelled() {
                self.served.cancelled = true;
                break;
            }
            if now_ns >= limit_ns {
                self.give_up(&schedule, load.pace, now_ns - begin_ns);
                break;
            }
            match self.queue.pop_front() {
                Some(at) => self.advance(at)?,
                None => self.wait(waiting, now_ns, next_due_ns.map(|due_ns| due_ns.max(begin_ns)))?,
            }
        }
        Ok(())
    }

    fn send(&mut self, at: usize, due_ns: u64) {
        let shot = self.mix.next();
        let connection = &mut self.connections[at];
        connection.exchange.ask(&self.shots[shot].request.method);
        let sent_ns = self.clock.now_ns();
        connection.flight = Some(Flight { shot, due_ns, sent_ns, reopened: false });
        // A request that waited for a busy connection could not have been sent before that was free.
        let could_ns = due_ns.max(connection.free_since_ns);
        let wrote = match connection.exchange.is_open() {
            true => connection.exchange.write(&self.shots[shot].bytes),
            false => self.reopen(at, shot),
        };
        self.served.lag.saturating_record(sent_ns.saturating_sub(could_ns).max(1));
        self.served.sent += 1;
        self.in_flight += 1;
        self.go_on(at, wrote);
    }

    /// Sends a request over a new connection.
    fn reopen(&mut self, at: usize, shot: usize) -> Result<Step, Broken> {
        let connection = &mut self.connections[at];
        if let Some(flight) = &mut connection.flight {
            flight.reopened = true;
        }
        connection.exchange.open(self.address).map_err(Broken::Unopened)?;
        watch(&self.poll, at, connection).map_err(Broken::Unopened)?;
        connection.exchange.write(&self.shots[shot].bytes)
    }

    fn wait(&mut self, waiting: Waiting, now_ns: u64, due_ns: Option<u64>) -> Result<(), LoadError> {
        let until_ns = due_ns.map_or(LOOK_AWAY_NS, |due_ns| due_ns.saturating_sub(now_ns)).min(LOOK_AWAY_NS);
        let mut timeout = Duration::ZERO;
        let (idle_ns, awake_ns) = waiting.idle();
        if until_ns >= idle_ns && self.in_flight == 0 {
            self.clock.pause(until_ns - awake_ns);
        } else if waiting == Waiting::Yielding {
            // With every connection busy only an answer can bring the next step.
            let blocked = self.free.is_empty();
            // epoll counts in whole milliseconds: the last one is spun.
            let whole_ms =
                if blocked { LOOK_AWAY_NS / 1_000_000 } else { (until_ns / 1_000_000).saturating_sub(1) };
            timeout = Duration::from_millis(whole_ms);
        }
        self.look(timeout)
    }

    /// Puts the connections that have something to do into the queue.
    fn look(&mut self, timeout: Duration) -> Result<(), LoadError> {
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for event in &events {
            let Token(at) = event.token();
            if event.is_read_closed() {
                self.connections[at].exchange.note_end();
            }
            self.enqueue(at);
        }
        self.events = events;
        Ok(())
    }

    fn enqueue(&mut self, at: usize) {
        let connection = &mut self.connections[at];
        if !connection.queued {
            connection.queued = true;
            self.queue.push_back(at);
        }
    }

    fn advance(&mut self, at: usize) -> Result<(), LoadError> {
        self.connections[at].queued = false;
        let step = self.step(at);
        if matches!(step, Ok(Step::GoesOn)) {
            // A short answer that came meanwhile is not kept waiting for the rest of a long one.
            self.look(Duration::ZERO)?;
        }
        self.go_on(at, step);
        Ok(())
    }

    fn step(&mut self, at: usize) -> Result<Step, Broken> {
        let connection = &mut self.connections[at];
        match connection.flight {
            Some(Flight { shot, .. }) => {
                let shot = &self.shots[shot];
                connection.exchange.proceed(&shot.bytes, &shot.request.expect.body, self.clock)
            }
            None => connection.exchange.read(&[], self.clock),
        }
    }

    fn go_on(&mut self, at: usize, step: Result<Step, Broken>) {
        match step {
            Ok(Step::Waits) => {}
            Ok(Step::GoesOn) => self.enqueue(at),
            Ok(Step::Answered(end_ns)) => self.finish(at, end_ns),
            Err(broken) if self.connections[at].may_end_with(&broken) => self.mend(at),
            Err(broken) => self.drop_connection(at, &broken),
        }
    }

    /// Takes leave of a connection that the service has ended: a request that was on its way is sent once more.
    fn mend(&mut self, at: usize) {
        let connection = &mut self.connections[at];
        connection.exchange.close();
        if let Some(Flight { shot, .. }) = connection.flight {
            let wrote = self.reopen(at, shot);
            self.go_on(at, wrote);
        }
    }

    fn finish(&mut self, at: usize, end_ns: u64) {
        let connection = &mut self.connections[at];
        let Some(flight) = connection.flight.take() else { return };
        connection.free_since_ns = end_ns;
        self.free.push_back(at);
        self.in_flight -= 1;
        self.served.end_ns = self.served.end_ns.max(end_ns);
        let shot = &mut self.shots[flight.shot];
        let is_spent = connection.exchange.is_spent(&shot.bytes);
        let verdict = shot.judge_later(&mut connection.exchange.answer, &mut self.shelf);
        self.served.judged_at_once += u64::from(verdict == AsItComes::RightAtOnce);
        match verdict {
            AsItComes::Right | AsItComes::Later | AsItComes::RightAtOnce => {
                self.served.answered += 1;
                self.served.latencies[flight.shot].record(flight.due_ns, flight.sent_ns, end_ns);
            }
            AsItComes::Wrong(Mismatch { message, diff }) => {
                self.served.fail(1, FailureKind::WrongOutput, || (message, diff));
            }
        }
        if is_spent {
            connection.exchange.close();
        }
    }

    /// Judges what was only kept while the load went on.
    fn judge_kept(&mut self) {
        for shot in &mut self.shots {
            for (count, Mismatch { message, diff }) in shot.judge_kept() {
                self.served.answered -= count;
                self.served.fail(count, FailureKind::WrongOutput, || (message, diff));
            }
        }
    }

    fn drop_connection(&mut self, at: usize, broken: &Broken) {
        let connection = &mut self.connections[at];
        connection.exchange.close();
        self.queue.retain(|queued| *queued != at);
        self.free.retain(|free| *free != at);
        self.alive -= 1;
        let flight = connection.flight.take();
        self.in_flight -= usize::from(flight.is_some());
        let kind = match broken {
            Broken::Malformed(_) | Broken::Unasked => FailureKind::WrongOutput,
            Broken::Unopened(_) | Broken::Io(_) | Broken::Closed => FailureKind::Exited,
        };
        let name = flight.map(|flight| self.shots[flight.shot].request.called());
        self.served.fail(1, kind, || match name {
            Some(name) => (format!("{name} got no whole answer: {broken}"), None),
            None => (format!("an idle connection failed: {broken}"), None),
        });
    }

    fn give_up(&mut self, schedule: &DueTimes, pace: Pace, after_ns: u64) {
        let unsent = pace.total().map_or(0, |total| total - schedule.taken());
        let unanswered = unsent + self.in_flight as u64;
        self.served.fail(unanswered, FailureKind::TimedOut, || {
            let after_ms = after_ns / 1_000_000;
            let message = format!(
                "{unanswered} requests had no answer {after_ms} ms after the first was due: ask for less with `--rate`, \
                 or run again when the host is quieter, if others had its cores"
            );
            (message, None)
        });
    }
}

/// Lets a connection's events come to its place.
fn watch(poll: &Poll, at: usize, connection: &mut Connection) -> io::Result<()> {
    match connection.exchange.stream() {
        Some(stream) => poll.registry().register(stream, Token(at), Interest::READABLE | Interest::WRITABLE),
        None => Ok(()),
    }
}

impl Served {
    fn fail(&mut self, requests: u64, kind: FailureKind, words: impl FnOnce() -> (String, Option<String>)) {
        self.failed += requests;
        if self.first_fault.is_none() {
            let (message, diff) = words();
            self.first_fault = Some(Fault { kind, message, diff });
        }
    }
}
