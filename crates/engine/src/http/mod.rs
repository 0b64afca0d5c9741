//! HTTP/1.1 as far as a load generator needs it: a request's bytes, and an answer put together as it arrives.

mod chunks;
#[cfg(test)]
mod cuts;
mod head;

use std::net::SocketAddr;

use plimsoll_model::{Compare, Exchange};

use chunks::Chunks;
use head::{Framing, Head};

/// Of an answer and the interim ones before it, together.
const LONGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 64;
/// How much longer than twice what is expected a body may be, in bytes.
const SURPLUS: usize = 1 << 20;
/// The longest body that nobody has told, in bytes: it is kept in memory.
const LONGEST_UNKNOWN: usize = 16 << 20;
const LEAST_SPACE: usize = 16 << 10;

/// The whole request as it goes over the wire.
pub(crate) fn request_bytes(request: &Exchange, address: SocketAddr) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", request.method, request.path);
    if let Some(content_type) = &request.content_type {
        head.push_str(&format!("content-type: {content_type}\r\n"));
    }
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        head.push_str(&format!("content-length: {}\r\n", request.body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&request.body);
    bytes
}

/// Why bytes are no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("the answer is no HTTP/1.1: {0}")]
    Head(String),
    #[error("the answer's head is longer than {LONGEST_HEAD} bytes or has more than {MOST_HEADERS} headers")]
    HeadTooLong,
    #[error(
        "the answer's body is longer than {limit} bytes, {}",
        if *limit == LONGEST_UNKNOWN { "the most that is taken of one that is not told: say what is right with `--expect FILE`" } else { "far more than expected" }
    )]
    BodyTooLong { limit: usize },
    #[error("a chunk of the answer has no right length")]
    Chunk,
    #[error("what follows the answer's last chunk is no HTTP/1.1, or too long")]
    Trailers,
    #[error("more bytes came than the answer has")]
    Surplus,
    #[error("the connection ended in the middle of the answer")]
    Cut,
}

/// How long the bodies of answers may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bodies {
    /// The longest that is known, in bytes.
    longest: usize,
    /// Whether there are others, of which it is not known.
    others: bool,
}

impl Bodies {
    /// Of these requests' right answers.
    pub(crate) fn of<'a>(requests: impl IntoIterator<Item = &'a Exchange>) -> Self {
        let mut bodies = Self { longest: 0, others: false };
        for Exchange { expect, .. } in requests {
            bodies.longest = bodies.longest.max(expect.body.len());
            bodies.others |= matches!(expect.compare, Compare::Status | Compare::Schema);
        }
        bodies
    }

    /// Up to this many bytes.
    pub(crate) const fn up_to(longest: usize) -> Self {
        Self { longest, others: false }
    }

    const fn limit(self) -> usize {
        let known = 2 * self.longest + SURPLUS;
        if self.others && known < LONGEST_UNKNOWN { LONGEST_UNKNOWN } else { known }
    }
}

/// One answer, put together from what is read. Its buffers are kept from one answer to the next, and grow with what
/// comes, never with what an answer says of its length.
pub(crate) struct Answer {
    buffer: Vec<u8>,
    filled: usize,
    body_limit: usize,
    bodiless: bool,
    head: Option<Head>,
    /// Where the head that is looked for begins, behind those of interim answers; once it is there, where it ends.
    begun: usize,
    chunks: Chunks,
    /// Leading bytes of the body that are known to be as expected.
    alike: usize,
}

impl Answer {
    /// One with such a body. What is expected never makes the buffers grow.
    pub(crate) fn expecting(bodies: Bodies) -> Self {
        Self {
            buffer: vec![0; bodies.longest + 2 * LEAST_SPACE],
            filled: 0,
            body_limit: bodies.limit(),
            bodiless: false,
            head: None,
            begun: 0,
            chunks: Chunks::default(),
            alike: 0,
        }
    }

    /// Forgets the last answer. An answer to `HEAD` has no body.
    pub(crate) fn begin(&mut self, method: &str) {
        self.filled = 0;
        self.bodiless = method == "HEAD";
        self.head = None;
        self.begun = 0;
        self.chunks.begin();
        self.alike = 0;
    }

    /// Where the next bytes go; never empty.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.buffer.len() - self.filled < LEAST_SPACE {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        &mut self.buffer[self.filled..]
    }

    /// Takes note of bytes put into [`Answer::space`]. True: the answer is complete.
    pub(crate) fn received(&mut self, bytes: usize) -> Result<bool, Malformed> {
        self.filled += bytes;
        if self.head.is_none() {
            self.read_heads()?;
        }
        let Some(head) = self.head else { return Ok(false) };
        let limit = self.body_limit;
        let received = self.filled - self.begun;
        match head.framing {
            Framing::Length(length) if length > limit => Err(Malformed::BodyTooLong { limit }),
            Framing::Length(length) if received > length => Err(Malformed::Surplus),
            Framing::Length(length) => Ok(received == length),
            Framing::Chunked => self.chunks.proceed(&self.buffer[self.begun..self.filled], limit),
            Framing::UntilClose if received > limit => Err(Malformed::BodyTooLong { limit }),
            Framing::UntilClose => Ok(false),
        }
    }

    /// Passes over interim answers, which say nothing of what is asked for.
    fn read_heads(&mut self) -> Result<(), Malformed> {
        let end = self.filled.min(LONGEST_HEAD);
        while let Some((length, head)) = Head::parse(&self.buffer[self.begun..end], self.bodiless)? {
            let begun = self.begun;
            self.begun += length;
            if !head.is_interim() {
                let content_type = head.content_type.map(|(from, to)| (begun + from, begun + to));
                self.head = Some(Head { content_type, ..head });
                return Ok(());
            }
        }
        if self.filled >= LONGEST_HEAD { Err(Malformed::HeadTooLong) } else { Ok(()) }
    }

    /// The peer has closed. Ok: that completes the answer.
    pub(crate) fn closed(&self) -> Result<(), Malformed> {
        match self.head {
            Some(Head { framing: Framing::UntilClose, .. }) => Ok(()),
            _ => Err(Malformed::Cut),
        }
    }

    /// Whether nothing of it has come yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// How much of it has come, in bytes.
    pub(crate) fn come_bytes(&self) -> usize {
        self.filled
    }

    /// The status of a complete answer.
    pub(crate) fn status(&self) -> u16 {
        self.head.map_or(0, |head| head.status)
    }

    /// The content type of a complete answer.
    pub(crate) fn content_type(&self) -> Option<&[u8]> {
        let (begin, end) = self.head?.content_type?;
        Some(&self.buffer[begin..end])
    }

    /// Where a complete answer sends the one who asks.
    pub(crate) fn location(&self) -> Option<&[u8]> {
        self.head.and_then(|_| head::location(&self.buffer[..self.begun]))
    }

    /// The body of a complete answer.
    pub(crate) fn body(&self) -> &[u8] {
        match self.head {
            Some(Head { framing: Framing::Chunked, .. }) => self.chunks.body(),
            Some(_) => &self.buffer[self.begun..self.filled],
            None => &[],
        }
    }

    /// Whether what came of the body so far begins the expected one. Looks only at what is new since the last call,
    /// so that comparing a long answer is spread over its arrival.
    pub(crate) fn begins(&mut self, expected: &[u8]) -> bool {
        let body = self.body();
        let (seen, end) = (self.alike, body.len());
        let begins = expected.get(seen..end).is_some_and(|part| *part == body[seen..]);
        if begins {
            self.alike = end;
        }
        begins
    }

    /// Whether the body of a complete answer is the expected one.
    pub(crate) fn is(&mut self, expected: &[u8]) -> bool {
        self.begins(expected) && self.body().len() == expected.len()
    }

    /// Bytes that its buffers take.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.buffer.capacity() + self.chunks.memory_bytes()
    }

    /// Whether the server ends the connection after a complete answer.
    pub(crate) fn closes(&self) -> bool {
        self.head.is_some_and(|head| head.closes)
    }
}

#[cfg(test)]
mod tests {
    use super::cuts::hear;
    use super::*;
    use crate::fuzz::Told;

    fn fed(pieces: &[&[u8]]) -> (Answer, Vec<Result<bool, Malformed>>) {
        let mut answer = Answer::expecting(Bodies::up_to(16));
        answer.begin("GET");
        let told = pieces.iter().map(|piece| {
            answer.space()[..piece.len()].copy_from_slice(piece);
            answer.received(piece.len())
        });
        let told = told.collect();
        (answer, told)
    }

    #[test]
    fn an_answer_is_complete_with_its_last_byte_and_not_before() {
        let (answer, told) =
            fed(&[b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-len", b"gth: 5\r\n\r", b"\nhell", b"o"]);
        assert_eq!(told, [Ok(false), Ok(false), Ok(false), Ok(true)]);
        assert_eq!((answer.status(), answer.body()), (200, b"hello".as_slice()));
        assert_eq!(answer.content_type(), Some(b"a/b".as_slice()));
        assert_eq!(answer.location(), None);
        let (answer, _) = fed(&[b"HTTP/1.1 103 Early\r\nLocation: /no\r\n\r\n\
            HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"]);
        assert_eq!((answer.status(), answer.location()), (302, Some(b"/elsewhere".as_slice())));
    }

    #[test]
    fn a_body_is_compared_as_it_comes() {
        let mut answer = Answer::expecting(Bodies::up_to(16));
        answer.begin("GET");
        let mut feed = |piece: &[u8]| {
            answer.space()[..piece.len()].copy_from_slice(piece);
            answer.received(piece.len()).unwrap();
            (answer.begins(b"hello"), answer.is(b"hello"))
        };
        assert_eq!(feed(b"HTTP/1.1 200 OK\r\n"), (true, false));
        assert_eq!(feed(b"content-length: 5\r\n\r\nhe"), (true, false));
        assert_eq!(feed(b"llo"), (true, true));
        for wrong in ["jello", "helpo", "hell", "helloo"] {
            let (mut answer, _) = fed(&[
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", wrong.len()).as_bytes(),
                wrong.as_bytes(),
            ]);
            assert!(!answer.is(b"hello"), "{wrong}");
        }
    }

    #[test]
    fn a_chunked_answer_is_put_together_over_any_cut() {
        let whole = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
        for cut in 1..whole.len() {
            let (answer, told) = fed(&[&whole[..cut], &whole[cut..]]);
            assert_eq!(told, [Ok(false), Ok(true)], "{cut}");
            assert_eq!(answer.body(), b"hello");
        }
    }

    #[test]
    fn forged_lengths_are_refused_unread() {
        let refused = |head: &[u8]| fed(&[head]).1.remove(0).is_err();
        assert!(refused(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"));
        assert!(refused(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"));
        assert!(refused(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffff\r\n"));
        assert!(refused(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab"));
        assert!(refused(b"SSH-2.0-OpenSSH\r\n\r\n"));
    }

    #[test]
    fn an_answer_without_a_length_ends_with_its_connection() {
        let (answer, told) = fed(&[b"HTTP/1.0 200 OK\r\n\r\nhello"]);
        assert_eq!(told, [Ok(false)]);
        assert_eq!(answer.closed(), Ok(()));
        assert_eq!(answer.body(), b"hello");
        let (cut, _) = fed(&[b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello"]);
        assert_eq!(cut.closed(), Err(Malformed::Cut));
    }

    /// The status and body of an answer that is complete, or is with the end of its connection.
    fn whole(bytes: &[u8]) -> (u16, Vec<u8>, bool) {
        match hear("GET", bytes, &[]) {
            Ok(Told { status, body, closes, .. }) => (status, body, closes),
            other => panic!("{other:?}: {}", bytes.escape_ascii()),
        }
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let hints = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\ncontent-length: 9\r\n\r\n";
        let right = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        let bytes = [b"HTTP/1.1 100 Continue\r\n\r\n".as_slice(), hints, right].concat();
        assert_eq!(whole(&bytes), (200, b"hello".to_vec(), false));
        // The protocol is another one after 101: nothing more comes in this one.
        assert_eq!(whole(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").0, 101);
        let endless = hints.repeat(2 * LONGEST_HEAD / hints.len());
        assert_eq!(hear("GET", &endless, &[]), Err(Malformed::HeadTooLong));
    }

    #[test]
    fn chunks_may_have_extensions_and_trailers() {
        let head = "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";
        for chunks in [
            "6;a=b\r\nhello\n\r\n0\r\n\r\n",
            "6 ; a=\"b;c\"\r\nhello\n\r\n000;end\r\n\r\n",
            "2\r\nhe\r\n4\r\nllo\n\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n",
        ] {
            assert_eq!(whole(format!("{head}{chunks}").as_bytes()), (200, b"hello\n".to_vec(), false));
        }
        for (chunks, wrong) in [
            ("6\r\nhello\n0\r\n\r\n", Malformed::Chunk),
            (";a\r\n\r\n", Malformed::Chunk),
            ("0\r\nno trailer\r\n\r\n", Malformed::Trailers),
            ("0\r\nX: 1\r\n\r\nmore", Malformed::Surplus),
            ("0\r\nX: 1\r\n", Malformed::Cut),
        ] {
            let bytes = format!("{head}{chunks}");
            assert_eq!(hear("GET", bytes.as_bytes(), &[]), Err(wrong), "{chunks:?}");
        }
    }

    #[test]
    fn what_follows_the_last_chunk_and_what_stands_before_one_is_bounded() {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let long = "a".repeat(64 << 10);
        let outcome = |chunks: String| hear("GET", format!("{head}{chunks}").as_bytes(), &[]);
        assert_eq!(outcome(format!("1;{long}\r\nx\r\n0\r\n\r\n")), Err(Malformed::Chunk));
        assert_eq!(outcome(format!("0\r\nX: {long}\r\n\r\n")), Err(Malformed::Trailers));
        let padded = format!("1;{}\r\nx\r\n", &long[..4_000]).repeat(1_000);
        assert!(matches!(outcome(padded), Err(Malformed::BodyTooLong { .. })));
    }

    #[test]
    fn the_connection_is_a_list_of_words_and_http_1_0_keeps_it_only_when_told() {
        let closes = |head: &str| whole(format!("HTTP/{head}\r\ncontent-length: 1\r\n\r\nx").as_bytes()).2;
        assert!(!closes("1.1 200 OK"));
        assert!(!closes("1.1 200 OK\r\nConnection: foo\r\nConnection: closed"));
        assert!(closes("1.1 200 OK\r\nConnection: foo, Close"));
        assert!(closes("1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close,TE"));
        assert!(closes("1.0 200 OK"));
        assert!(!closes("1.0 200 OK\r\nConnection: Keep-Alive"));
        assert!(closes("1.0 200 OK\r\nConnection: keep-alive, close"));
    }

    #[test]
    fn lengths_may_be_repeated_but_not_differ_and_codings_go_before_them() {
        let body =
            |headers: &str| hear("GET", format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\nhello").as_bytes(), &[]);
        let is_hello = |headers: &str| matches!(body(headers), Ok(Told { body, .. }) if body == b"hello");
        assert!(is_hello("content-length: 5, 5\r\ncontent-length: 5"));
        assert!(is_hello("transfer-encoding: identity\r\ncontent-length: 5"));
        assert!(is_hello("transfer-encoding: gzip\r\ncontent-length: 2"));
        for wrong in ["content-length: 5\r\ncontent-length: 6", "content-length: +5", "content-length:"] {
            assert!(matches!(body(wrong), Err(Malformed::Head(_))), "{wrong}");
        }
    }

    #[test]
    fn some_answers_have_no_body_whatever_they_say() {
        for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
            let bytes = format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\n\r\n");
            let outcome = hear(method, bytes.as_bytes(), &[]);
            assert!(matches!(outcome, Ok(Told { body, .. }) if body.is_empty()), "{status}");
        }
    }
}
