use std::borrow::Cow;
use std::io::{self, Write};

/// The most bytes of a request body that either side reads; a longer one is answered with 413.
pub const BODY_LIMIT: usize = 16 << 20;

/// What an `http` workload is: one request in, one response out, no state between requests.
pub type HttpCore = fn(Request<'_>) -> Response;

/// What a `command` workload is: its arguments (without the program's name) in, standard output out.
/// An error ends the command with exit code 1.
pub type CommandCore = fn(&[String], &mut dyn Write) -> io::Result<()>;

/// A request as a core sees it. It carries no headers: no core needs one, and fetching them costs host calls.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method in capitals, such as `GET`.
    pub method: &'a str,
    /// The path before the question mark, still percent-encoded.
    pub path: &'a str,
    /// What follows the question mark, still percent-encoded; empty where there is none.
    pub query: &'a str,
    /// The whole body, at most [`BODY_LIMIT`] bytes.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// Builds a request from a target such as `/products?q=oak`.
    pub fn new(method: &'a str, target: &'a str, body: &'a [u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path, query, body }
    }
}

/// What a core answers. Both sides add `content-length`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The methods for the header `allow`, which goes with status 405.
    pub allow: Option<&'static str>,
    /// The body's bytes.
    pub body: Cow<'static, [u8]>,
}

impl Response {
    /// A response with this status, media type and body.
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { status, content_type, allow: None, body: body.into() }
    }

    /// The answer to a path that exists but not with this method: 405, with the methods that do.
    pub fn method_not_allowed(allow: &'static str, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { status: 405, content_type, allow: Some(allow), body: body.into() }
    }

    /// The answer to a body over [`BODY_LIMIT`], which no core ever sees.
    pub fn body_too_large() -> Self {
        Self::new(413, "text/plain; charset=utf-8", b"the request body is over 16 MiB\n".as_slice())
    }
}
