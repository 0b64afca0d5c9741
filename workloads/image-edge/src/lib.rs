//! The edge pipeline: a JPEG or PNG in, resized and encoded as JPEG out.
//!
//! `POST /resize?w=320&q=80`: `w` is the new width (the height follows), `q` the JPEG quality, by default 80. SIMD is
//! on on both sides: found at run time natively, `simd128` in Wasm. What it rounds differently stays within the
//! tolerance of the manifest.

mod decode;
mod error;
mod parameters;
mod pipeline;

use plimsoll_sides::{Request, Response};

use crate::error::Failure;
use crate::parameters::Parameters;

plimsoll_sides::http_component!(crate::handle);

/// Answers one request.
pub fn handle(request: Request<'_>) -> Response {
    match route(request) {
        Ok(body) => Response::new(200, "image/jpeg", body),
        Err(failure) => failure.into_response(),
    }
}

fn route(request: Request<'_>) -> Result<Vec<u8>, Failure> {
    if request.path != "/resize" {
        return Err(Failure::NotFound(request.path.to_owned()));
    }
    if request.method != "POST" {
        return Err(Failure::MethodNotAllowed(request.method.to_owned()));
    }
    let parameters = Parameters::parse(request.query)?;
    let picture = decode::decode(request.body)?;
    pipeline::resize(&picture, parameters)
}

#[cfg(test)]
mod tests;
