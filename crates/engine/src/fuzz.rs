//! What a service sends, as bytes: whatever they are and however they come, they are an answer or none.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use plimsoll_runtime::Clock;

use crate::exchange::{Broken, Conversation, Step};
use crate::http::{Bodies, Malformed};

/// The body that is expected of each answer.
pub const EXPECTED: &[u8] = b"hello";

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

/// What is sent over a connection, and how it is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<'a> {
    /// The request's method.
    pub method: &'a str,
    /// Lengths of what each read finds, in bytes; after them, all the rest is there.
    pub reads: Vec<usize>,
    /// Everything up to the end of the connection.
    pub bytes: &'a [u8],
}

/// What is made of it.
#[derive(Debug)]
pub struct Heard {
    /// The answer, or why it is none.
    pub told: Result<Told, NoAnswer>,
    /// Bytes that the connection's buffers take afterwards.
    pub memory_bytes: usize,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its status.
    pub status: u16,
    /// Its content type.
    pub content_type: Option<Vec<u8>>,
    /// Its body, put together.
    pub body: Vec<u8>,
    /// Whether it is found to be [`EXPECTED`].
    pub is_expected: bool,
    /// Whether the connection takes no further request.
    pub closes: bool,
}

/// Why what was sent is no answer.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoAnswer(pub(crate) Broken);

impl<'a> Sent<'a> {
    /// A line with the method and the lengths of the reads, and then the bytes; `None` without such a line. What is no
    /// length is passed over.
    #[must_use]
    pub fn parse(input: &'a [u8]) -> Option<Self> {
        let end = input.iter().position(|byte| *byte == b'\n')?;
        let (line, bytes) = (std::str::from_utf8(input.get(..end)?).ok()?, input.get(end + 1..)?);
        let mut words = line.split_whitespace();
        let method = words.next()?;
        Some(Self { method, reads: words.filter_map(|word| word.parse().ok()).collect(), bytes })
    }

    /// Asks, and hears what comes until the connection has ended.
    #[must_use]
    pub fn hear(&self) -> Heard {
        let mut conversation = Conversation::over(Script::of(self), Bodies::up_to(EXPECTED.len()));
        let told = self.converse(&mut conversation).map_err(NoAnswer);
        Heard { told, memory_bytes: conversation.answer.memory_bytes() }
    }

    fn converse(&self, conversation: &mut Conversation<Script<'a>>) -> Result<Told, Broken> {
        conversation.ask(self.method);
        loop {
            if let Step::Answered(_) = conversation.proceed(REQUEST, EXPECTED, &NoClock)? {
                break;
            }
        }
        let is_spent = conversation.is_spent(REQUEST);
        let answer = &mut conversation.answer;
        let told = Told {
            status: answer.status(),
            content_type: answer.content_type().map(<[u8]>::to_vec),
            is_expected: answer.is(EXPECTED),
            body: answer.body().to_vec(),
            closes: is_spent,
        };
        // Nothing is asked any more: whatever comes but the end is too much.
        loop {
            match conversation.proceed(REQUEST, EXPECTED, &NoClock) {
                Err(Broken::Closed) => return Ok(told),
                // One fault, wherever it is cut off from the answer.
                Err(Broken::Unasked) => return Err(Malformed::Surplus.into()),
                Err(broken) => return Err(broken),
                Ok(_) => {}
            }
        }
    }
}

/// A connection to nobody: it takes everything, and gives what was sent.
struct Script<'a> {
    left: &'a [u8],
    reads: VecDeque<usize>,
}

impl<'a> Script<'a> {
    fn of(sent: &Sent<'a>) -> Self {
        Self { left: sent.bytes, reads: sent.reads.iter().copied().collect() }
    }
}

impl Read for Script<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = match self.reads.front_mut() {
            Some(0) => {
                self.reads.pop_front();
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Some(length) => {
                let now = into.len().min(*length).min(self.left.len());
                *length = if self.left.len() > now { *length - now } else { 0 };
                now
            }
            None => into.len().min(self.left.len()),
        };
        let (now, later) = self.left.split_at(length);
        into[..length].copy_from_slice(now);
        self.left = later;
        Ok(length)
    }
}

impl Write for Script<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// When something came is of no interest.
struct NoClock;

impl Clock for NoClock {
    fn now_ns(&self) -> u64 {
        0
    }
}
