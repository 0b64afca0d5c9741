use super::{MOST_HEADERS, Malformed};

/// What the head of an answer says.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Where the content type stands, from the head's first byte.
    pub(super) content_type: Option<(usize, usize)>,
    /// Whether the service ends the connection after this answer.
    pub(super) closes: bool,
}

/// How the end of a body is found (RFC 9112, section 6.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

impl Head {
    /// Whether the answer itself is still to come.
    pub(super) fn is_interim(&self) -> bool {
        matches!(self.status, 100 | 102..=199)
    }

    /// The head that begins here, and its length; `None` while it has not wholly come.
    pub(super) fn parse(received: &[u8], bodiless: bool) -> Result<Option<(usize, Self)>, Malformed> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(received) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            // Only a whole head is judged: one that is cut counts as no answer at all.
            Err(_) if !received.windows(4).any(|window| window == b"\r\n\r\n") => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(Malformed::HeadTooLong),
            Err(error) => return Err(Malformed::Head(error.to_string())),
        };
        let mut said = Said::default();
        for header in response.headers.iter() {
            said.note(header.name, header.value, received)?;
        }
        let status = response.code.unwrap_or_default();
        let framing = match said.length {
            _ if bodiless || matches!(status, 100..=199 | 204 | 304) => Framing::Length(0),
            _ if said.chunked == Some(true) => Framing::Chunked,
            Some(length) if said.chunked.is_none() => Framing::Length(length),
            _ => Framing::UntilClose,
        };
        let keeps = said.keeps || response.version == Some(1);
        let closes = said.closes || !keeps || framing == Framing::UntilClose;
        Ok(Some((length, Self { status, framing, content_type: said.content_type, closes })))
    }
}

/// Where the last of these whole heads sends the one who asks.
pub(super) fn location(mut heads: &[u8]) -> Option<&[u8]> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(length)) = response.parse(heads) else { return None };
        if length < heads.len() {
            heads = &heads[length..];
            continue;
        }
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("location"));
        return found.map(|header| header.value);
    }
}

/// What the headers say that decides how an answer is read.
#[derive(Default)]
struct Said {
    length: Option<usize>,
    /// Whether the last coding is `chunked`; `None` where there is no coding.
    chunked: Option<bool>,
    content_type: Option<(usize, usize)>,
    closes: bool,
    keeps: bool,
}

impl Said {
    fn note(&mut self, name: &str, value: &[u8], head: &[u8]) -> Result<(), Malformed> {
        if name.eq_ignore_ascii_case("content-length") {
            for word in list(value) {
                let length = number(word)?;
                if self.length.is_some_and(|other| other != length) {
                    return Err(Malformed::Head("it has two content-lengths".to_owned()));
                }
                self.length = Some(length);
            }
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            // `identity` was a word for no coding at all until RFC 7230.
            for coding in list(value).filter(|word| !word.eq_ignore_ascii_case(b"identity")) {
                self.chunked = Some(coding.eq_ignore_ascii_case(b"chunked"));
            }
        } else if name.eq_ignore_ascii_case("content-type") {
            let begin = value.as_ptr() as usize - head.as_ptr() as usize;
            self.content_type = Some((begin, begin + value.len()));
        } else if name.eq_ignore_ascii_case("connection") {
            for word in list(value) {
                self.closes |= word.eq_ignore_ascii_case(b"close");
                self.keeps |= word.eq_ignore_ascii_case(b"keep-alive");
            }
        }
        Ok(())
    }
}

fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// A length in digits. One that no body can have is as good as any other that is too long.
fn number(digits: &[u8]) -> Result<usize, Malformed> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Malformed::Head("its content-length is no number".to_owned()));
    }
    Ok(std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX))
}
