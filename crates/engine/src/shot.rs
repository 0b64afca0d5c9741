//! A request ready to be fired, and the judgement of its answers.

use std::net::SocketAddr;

use plimsoll_model::{Compare, Exchange};

use crate::difference::difference;
use crate::http::{Answer, request_bytes};
use crate::pixels;

/// How many different bodies with the right pixels are remembered, so that each is decoded once.
const MOST_REMEMBERED: usize = 4;

/// A request as bytes, with what its answer must be.
pub(crate) struct Shot {
    pub(crate) request: Exchange,
    pub(crate) bytes: Vec<u8>,
    same_pixels: Vec<Box<[u8]>>,
}

/// Why an answer is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) message: String,
    pub(crate) diff: Option<String>,
}

impl Shot {
    pub(crate) fn new(request: &Exchange, address: SocketAddr) -> Self {
        Self { request: request.clone(), bytes: request_bytes(request, address), same_pixels: Vec::new() }
    }

    /// Whether a complete answer is the expected one.
    pub(crate) fn judge(&mut self, answer: &mut Answer) -> Result<(), Mismatch> {
        let expect = &self.request.expect;
        let known = answer.is(&expect.body) || self.same_pixels.iter().any(|same| **same == *answer.body());
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
            return Err(Mismatch { message, diff: Some(difference(expected, received)) });
        }
        if !self.has_right_type(answer) {
            let told = answer.content_type().map(String::from_utf8_lossy).unwrap_or_default();
            let wanted = expect.content_type.as_deref().unwrap_or_default();
            let message =
                format!("the answer to `{name}` has the content type `{told}`, expected `{wanted}`");
            return Err(Mismatch { message, diff: None });
        }
        if expect.compare == Compare::Pixels {
            pixels::compare(expected, received, expect.tolerance)
                .map_err(|why| Mismatch { message: format!("the answer to `{name}` {why}"), diff: None })?;
            if self.same_pixels.len() < MOST_REMEMBERED {
                self.same_pixels.push(received.into());
            }
            return Ok(());
        }
        let message = format!("the answer to `{name}` is not the expected one");
        Err(Mismatch { message, diff: Some(difference(expected, received)) })
    }
}
