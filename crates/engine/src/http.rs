//! HTTP/1.1 as far as a load generator needs it: a request's bytes, and an answer put together as it arrives.

use std::net::SocketAddr;

use plimsoll_model::Exchange;

const LONGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 64;
const LEAST_SPACE: usize = 16 << 10;

/// The whole request as it goes over the wire.
pub(crate) fn request_bytes(request: &Exchange, address: SocketAddr) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", request.method, request.path);
    if let Some(content_type) = &request.content_type {
        head.push_str(&format!("content-type: {content_type}\r\n"));
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
    #[error("the answer's body is longer than {limit} bytes, far more than expected")]
    BodyTooLong { limit: usize },
    #[error("a chunk of the answer has no right length")]
    Chunk,
    #[error("more bytes came than the answer has")]
    Surplus,
    #[error("the connection ended in the middle of the answer")]
    Cut,
}

/// One answer, put together from what is read. Its buffers are kept from one answer to the next.
pub(crate) struct Answer {
    buffer: Vec<u8>,
    filled: usize,
    body_limit: usize,
    bodiless: bool,
    head: Option<Head>,
    unchunked: Vec<u8>,
    chunks_read: usize,
    /// Leading bytes of the body that are known to be as expected.
    alike: usize,
}

#[derive(Clone, Copy)]
struct Head {
    status: u16,
    length: usize,
    body: Framing,
    content_type: Option<(usize, usize)>,
    closes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

impl Answer {
    /// An answer whose body is expected to have up to this many bytes. One of that size never makes the
    /// buffers grow.
    pub(crate) fn expecting(body_bytes: usize) -> Self {
        Self {
            buffer: vec![0; body_bytes + 2 * LEAST_SPACE],
            filled: 0,
            body_limit: 2 * body_bytes + (1 << 20),
            bodiless: false,
            head: None,
            unchunked: Vec::new(),
            chunks_read: 0,
            alike: 0,
        }
    }

    /// Forgets the last answer. An answer to `HEAD` has no body.
    pub(crate) fn begin(&mut self, method: &str) {
        self.filled = 0;
        self.bodiless = method == "HEAD";
        self.head = None;
        self.unchunked.clear();
        self.chunks_read = 0;
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
        let searched = self.filled.saturating_sub(3);
        self.filled += bytes;
        if self.head.is_none() {
            self.head = self.parse_head(searched)?;
        }
        let Some(head) = self.head else { return Ok(false) };
        let received = self.filled - head.length;
        match head.body {
            Framing::Length(length) if length > self.body_limit => Err(self.too_long()),
            Framing::Length(length) if received > length => Err(Malformed::Surplus),
            Framing::Length(length) => Ok(received == length),
            _ if received > 2 * self.body_limit => Err(self.too_long()),
            Framing::Chunked => self.unchunk(head.length),
            Framing::UntilClose => Ok(false),
        }
    }

    /// The peer has closed. Ok: that completes the answer.
    pub(crate) fn closed(&self) -> Result<(), Malformed> {
        match self.head {
            Some(Head { body: Framing::UntilClose, .. }) => Ok(()),
            _ => Err(Malformed::Cut),
        }
    }

    /// Whether nothing of it has come yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
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

    /// The body of a complete answer.
    pub(crate) fn body(&self) -> &[u8] {
        match self.head {
            Some(Head { body: Framing::Chunked, .. }) => &self.unchunked,
            Some(head) => &self.buffer[head.length..self.filled],
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

    /// Whether the server ends the connection after a complete answer.
    pub(crate) fn closes(&self) -> bool {
        self.head.is_some_and(|head| head.closes || head.body == Framing::UntilClose)
    }

    fn too_long(&self) -> Malformed {
        Malformed::BodyTooLong { limit: self.body_limit }
    }

    fn parse_head(&self, from: usize) -> Result<Option<Head>, Malformed> {
        let received = &self.buffer[..self.filled];
        if !received[from..].windows(4).any(|window| window == b"\r\n\r\n") {
            return if self.filled > LONGEST_HEAD { Err(Malformed::HeadTooLong) } else { Ok(None) };
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(received) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(Malformed::HeadTooLong),
            Err(error) => return Err(Malformed::Head(error.to_string())),
        };
        let status = response.code.unwrap_or_default();
        let mut head = Head {
            status,
            length,
            body: Framing::UntilClose,
            content_type: None,
            closes: response.version == Some(0),
        };
        for header in response.headers.iter() {
            let value = header.value;
            if header.name.eq_ignore_ascii_case("content-length") {
                if head.body != Framing::Chunked {
                    let digits = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
                    let wrong = || Malformed::Head("its content-length is no number".to_owned());
                    head.body = Framing::Length(digits.ok_or_else(wrong)?);
                }
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                head.body = Framing::Chunked;
            } else if header.name.eq_ignore_ascii_case("content-type") {
                let begin = value.as_ptr() as usize - received.as_ptr() as usize;
                head.content_type = Some((begin, begin + value.len()));
            } else if header.name.eq_ignore_ascii_case("connection") {
                head.closes |= value.eq_ignore_ascii_case(b"close");
            }
        }
        if self.bodiless || matches!(status, 204 | 304) {
            head.body = Framing::Length(0);
        }
        Ok(Some(head))
    }

    fn unchunk(&mut self, head_length: usize) -> Result<bool, Malformed> {
        loop {
            let rest = &self.buffer[head_length + self.chunks_read..self.filled];
            let (line, length) = match httparse::parse_chunk_size(rest) {
                Ok(httparse::Status::Complete(found)) => found,
                Ok(httparse::Status::Partial) => return Ok(false),
                Err(_) => return Err(Malformed::Chunk),
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length > self.body_limit - self.unchunked.len().min(self.body_limit) {
                return Err(self.too_long());
            }
            let end = line + length + 2;
            if rest.len() < end {
                return Ok(false);
            }
            if &rest[line + length..end] != b"\r\n" {
                return Err(Malformed::Chunk);
            }
            self.unchunked.extend_from_slice(&rest[line..line + length]);
            self.chunks_read += end;
            if length == 0 {
                return if rest.len() == end { Ok(true) } else { Err(Malformed::Surplus) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(pieces: &[&[u8]]) -> (Answer, Vec<Result<bool, Malformed>>) {
        let mut answer = Answer::expecting(16);
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
    }

    #[test]
    fn a_body_is_compared_as_it_comes() {
        let mut answer = Answer::expecting(16);
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
}
