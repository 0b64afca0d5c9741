use super::{MOST_HEADERS, Malformed};

/// The longest line before a chunk, extensions included.
const LONGEST_LINE: usize = 4 << 10;
const LONGEST_TRAILERS: usize = 16 << 10;

/// A chunked body (RFC 9112, section 7.1), put together as it comes.
#[derive(Default)]
pub(super) struct Chunks {
    body: Vec<u8>,
    /// Bytes of it that were looked at for the last time.
    read: usize,
    /// Whether its last chunk has come, so that only trailers follow.
    ended: bool,
}

impl Chunks {
    pub(super) fn begin(&mut self) {
        self.body.clear();
        self.read = 0;
        self.ended = false;
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Bytes that its buffer takes.
    pub(super) fn memory_bytes(&self) -> usize {
        self.body.capacity()
    }

    /// Goes on with all that came of it so far. True: it is complete. What a chunk says of its length takes no
    /// memory, only what came of it does.
    pub(super) fn proceed(&mut self, received: &[u8], limit: usize) -> Result<bool, Malformed> {
        while !self.ended {
            let rest = &received[self.read..];
            let Some((line, length)) = size(rest)? else { return Ok(false) };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            // Of both: a body of a thousand long lines for as many bytes is no answer either.
            if length > limit - self.body.len() || self.read > 2 * limit {
                return Err(Malformed::BodyTooLong { limit });
            }
            if length == 0 {
                self.ended = true;
                self.read += line;
                break;
            }
            let end = line + length;
            let Some(after) = rest.get(end..end + 2) else { return Ok(false) };
            if after != b"\r\n" {
                return Err(Malformed::Chunk);
            }
            self.body.extend_from_slice(&rest[line..end]);
            self.read += end + 2;
        }
        Self::read_trailers(&received[self.read..])
    }

    fn read_trailers(rest: &[u8]) -> Result<bool, Malformed> {
        if rest == b"\r\n" {
            return Ok(true);
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        match httparse::parse_headers(&rest[..rest.len().min(LONGEST_TRAILERS)], &mut headers) {
            Ok(httparse::Status::Complete((length, _))) if rest.len() > length => Err(Malformed::Surplus),
            Ok(httparse::Status::Complete(_)) => Ok(true),
            Ok(httparse::Status::Partial) if rest.len() < LONGEST_TRAILERS => Ok(false),
            _ => Err(Malformed::Trailers),
        }
    }
}

/// Length of the line before a chunk, and the chunk's as it says; `None` while the line has not wholly come.
fn size(rest: &[u8]) -> Result<Option<(usize, u64)>, Malformed> {
    if rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
        return Err(Malformed::Chunk);
    }
    match httparse::parse_chunk_size(&rest[..rest.len().min(LONGEST_LINE)]) {
        Ok(httparse::Status::Complete(found)) => Ok(Some(found)),
        Ok(httparse::Status::Partial) if rest.len() < LONGEST_LINE => Ok(None),
        _ => Err(Malformed::Chunk),
    }
}
