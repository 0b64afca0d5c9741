use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use plimsoll_model::Exchange;

/// A complete answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST: usize = 64 << 20;

/// The complete answer over a new connection; `None` for a refused, reset, empty or cut one.
pub(super) fn answer_to(request: &Exchange, address: SocketAddr) -> Option<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let content_type =
        request.content_type.iter().map(|kind| format!("content-type: {kind}\r\n")).collect::<String>();
    let (method, path, length) = (&request.method, &request.path, request.body.len());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{content_type}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&request.body).ok()?;
    let mut received = Vec::new();
    let mut piece = vec![0; 64 << 10];
    // The connection's end is not waited for: a server may keep it open.
    while received.len() < LONGEST {
        match stream.read(&mut piece).ok()? {
            0 => return None,
            bytes => received.extend_from_slice(&piece[..bytes]),
        }
        if let Some(answer) = parse(&received) {
            return Some(answer);
        }
    }
    None
}

fn parse(received: &[u8]) -> Option<Answer> {
    let head_end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&received[..head_end]).ok()?.to_ascii_lowercase();
    let rest = &received[head_end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| *key == name)
            .map(|(_, text)| text.trim())
    };
    let body = if header("transfer-encoding") == Some("chunked") {
        unchunked(rest)?
    } else {
        let length: usize = header("content-length")?.parse().ok()?;
        rest.get(..length)?.to_vec()
    };
    Some(Answer { status, body })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line_end = rest.windows(2).position(|window| window == b"\r\n")?;
        let digits = std::str::from_utf8(&rest[..line_end]).ok()?.split(';').next()?;
        let length = usize::from_str_radix(digits.trim(), 16).ok()?;
        rest = &rest[line_end + 2..];
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..length)?);
        rest = rest.get(length + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_answer_is_none() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell").is_none());
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n").is_none());
        assert!(parse(b"").is_none());
    }

    #[test]
    fn a_chunked_answer_is_put_together() {
        let answer =
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
    }
}
