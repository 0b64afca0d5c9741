//! A request ready to be fired, and the judgement of its answers.

use std::net::SocketAddr;

use plimsoll_model::{Compare, Exchange, Slug};

use crate::difference::difference;
use crate::heard::Once;
use crate::http::{Answer, request_bytes};
use crate::json::{self, Different, Expected};
use crate::pixels;

/// How many different bodies that say the right thing are remembered, so that each is decoded once.
const MOST_REMEMBERED: usize = 4;

/// A request as bytes, with what its answer must be.
pub(crate) struct Shot {
    pub(crate) request: Exchange,
    pub(crate) bytes: Vec<u8>,
    /// Bodies that differ from the expected one and are right all the same.
    alike: Vec<Box<[u8]>>,
    /// The expected body, where it is compared as JSON.
    json: Option<Result<Expected, Different>>,
    /// Where any answer of the right status is right: the last one.
    listens: Option<Option<Once>>,
}

/// Why an answer is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) message: String,
    pub(crate) diff: Option<String>,
}

impl Shot {
    pub(crate) fn new(request: &Exchange, address: SocketAddr) -> Self {
        let expect = &request.expect;
        let json = (expect.compare == Compare::Json).then(|| Expected::read(&expect.body, &expect.left_out));
        let bytes = request_bytes(request, address);
        Self { request: request.clone(), bytes, alike: Vec::new(), json, listens: None }
    }

    /// One that takes any answer with the expected status, or one as good as 200, and keeps it.
    pub(crate) fn listening(request: &Exchange, address: SocketAddr) -> Self {
        Self { listens: Some(None), ..Self::new(request, address) }
    }

    /// What it heard last.
    pub(crate) fn heard(&mut self) -> Option<Once> {
        self.listens.as_mut().and_then(Option::take)
    }

    /// Whether a complete answer is the expected one.
    pub(crate) fn judge(&mut self, answer: &mut Answer) -> Result<(), Mismatch> {
        let expect = &self.request.expect;
        let looks_right = match expect.status {
            200 => (200..300).contains(&answer.status()),
            other => answer.status() == other,
        };
        if let Some(heard) = self.listens.as_mut().filter(|_| looks_right) {
            let content_type = answer.content_type().map(|told| String::from_utf8_lossy(told).into_owned());
            *heard = Some(Once { status: answer.status(), content_type, body: answer.body().to_vec() });
            return Ok(());
        }
        let known = expect.compare == Compare::Status
            || answer.is(&expect.body)
            || self.alike.iter().any(|same| **same == *answer.body());
        if answer.status() == expect.status && known && self.has_right_type(answer) {
            return Ok(());
        }
        self.judge_closely(answer)
    }

    fn has_right_type(&self, answer: &Answer) -> bool {
        match (&self.request.expect.content_type, answer.content_type()) {
            (None, _) => true,
            (Some(expected), Some(received)) => received.eq_ignore_ascii_case(expected.as_bytes()),
            (Some(_), None) => false,
        }
    }

    fn judge_closely(&mut self, answer: &Answer) -> Result<(), Mismatch> {
        let Exchange { name, expect, .. } = &self.request;
        let (expected, received) = (&*expect.body, answer.body());
        if answer.status() != expect.status {
            let message =
                format!("the answer to `{name}` has status {}, expected {}", answer.status(), expect.status);
            let nothing =
                expected.is_empty() && (self.listens.is_some() || expect.compare == Compare::Status);
            let diff = if nothing { begin(received) } else { Some(difference(expected, received)) };
            return Err(Mismatch { message, diff });
        }
        if !self.has_right_type(answer) {
            let told = answer.content_type().map(String::from_utf8_lossy).unwrap_or_default();
            let wanted = expect.content_type.as_deref().unwrap_or_default();
            let message =
                format!("the answer to `{name}` has the content type `{told}`, expected `{wanted}`");
            return Err(Mismatch { message, diff: None });
        }
        match (expect.compare, &self.json) {
            (Compare::Pixels, _) => pixels::compare(expected, received, expect.tolerance)
                .map_err(|why| Mismatch { message: format!("the answer to `{name}` {why}"), diff: None })?,
            (_, Some(Ok(json))) => {
                json.compare(received).map_err(|different| different.into_mismatch(name, received))?;
            }
            (_, Some(Err(different))) => {
                return Err(Mismatch { message: format!("the answer to `{name}` {different}"), diff: None });
            }
            (_, None) => {
                let form = only_in_form(expected, received);
                let message = format!("the answer to `{name}` is not the expected one{form}");
                return Err(Mismatch { message, diff: Some(difference(expected, received)) });
            }
        }
        if self.alike.len() < MOST_REMEMBERED {
            self.alike.push(received.into());
        }
        Ok(())
    }
}

impl Different {
    fn into_mismatch(self, name: &Slug, received: &[u8]) -> Mismatch {
        let message = format!("the answer to `{name}` {self}");
        let diff = match self {
            Self::Value { expected, received } => Some(difference(expected.as_bytes(), received.as_bytes())),
            Self::Expected(_) => None,
            Self::Received(_) => begin(received),
        };
        Mismatch { message, diff }
    }
}

/// How an answer begins that is held against nothing.
fn begin(received: &[u8]) -> Option<String> {
    (!received.is_empty()).then(|| difference(b"", received))
}

/// What is said of answers that differ in nothing that they say.
fn only_in_form(expected: &[u8], received: &[u8]) -> &'static str {
    if expected.trim_ascii() == received.trim_ascii() {
        return ": the two differ only in white space at an end";
    }
    if json::is_same(expected, received) {
        return ": the two differ only in the form of their JSON, its white space or the order of keys, which \
                `compare = \"json\"` does not count";
    }
    ""
}
