//! A user-defined transformation: newline-delimited JSON events in, the same events with two derived fields out.
//!
//! Each event gains `session_duration_minutes`, `(session_end - session_start) / 60`, and `engagement_tier`, "high"
//! above 30 minutes and "standard" else. All other fields keep their bytes and their order; a derived field that is
//! already there is replaced, at the end. A malformed line is answered with 400 and its number.

mod event;
mod scan;

use plimsoll_sides::{Request, Response};

plimsoll_sides::http_component!(crate::handle);

const NDJSON: &str = "application/x-ndjson";
const TEXT: &str = "text/plain; charset=utf-8";

/// What an event grows by: both names, "standard", and a usual duration.
const GROWTH: usize = 96;

/// Answers one request: `POST /transform`.
pub fn handle(request: Request<'_>) -> Response {
    if request.path != "/transform" {
        return Response::new(404, TEXT, format!("nothing is served at `{}`\n", request.path).into_bytes());
    }
    if request.method != "POST" {
        let told = format!("`{}` is not allowed here: use POST\n", request.method);
        return Response::method_not_allowed("POST", TEXT, told.into_bytes());
    }
    match transform(request.body) {
        Ok(body) => Response::new(200, NDJSON, body),
        Err((line, reason)) => Response::new(400, TEXT, format!("line {line}: {reason}\n").into_bytes()),
    }
}

/// Transforms every event, or gives the number of the first malformed line and what is wrong with it.
fn transform(body: &[u8]) -> Result<Vec<u8>, (usize, String)> {
    let body = std::str::from_utf8(body).map_err(|error| {
        let line = body[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        (line, "not UTF-8".to_owned())
    })?;
    let mut output = Vec::with_capacity(body.len() + body.len() / 4 + GROWTH);
    for (index, line) in body.split('\n').enumerate() {
        let line = line.trim_matches(scan::WHITESPACE);
        if !line.is_empty() {
            event::append(line, &mut output).map_err(|reason| (index + 1, reason))?;
        }
    }
    Ok(output)
}

#[cfg(test)]
mod tests;
