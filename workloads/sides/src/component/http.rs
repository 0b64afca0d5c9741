use wasip2::http::types::{
    Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use crate::{BODY_LIMIT, HttpCore, Request, Response};

/// What one `blocking-read` asks for: a whole small body, or a fair part of a large one.
const READ_BYTES: u64 = 256 << 10;

/// Why a body could not be had.
enum BodyError {
    TooLarge,
    BrokeOff,
}

/// Answers one request with an HTTP core.
///
/// A client that leaves early makes this return early: there is nobody left to tell.
pub fn handle(core: HttpCore, request: IncomingRequest, response_out: ResponseOutparam) {
    let method = request.method();
    let body = match method {
        // Reading a body that is not there would cost five host calls.
        Method::Get | Method::Head => Ok(Vec::new()),
        _ => read_body(&request),
    };
    let target = request.path_with_query();
    let response = match body {
        Ok(body) => core(Request::new(method_name(&method), target.as_deref().unwrap_or("/"), &body)),
        Err(BodyError::TooLarge) => Response::body_too_large(),
        Err(BodyError::BrokeOff) => {
            Response::new(400, "text/plain", b"the request body broke off\n".as_slice())
        }
    };
    let _ = respond(&response, response_out);
}

fn method_name(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(name) => name,
    }
}

fn read_body(request: &IncomingRequest) -> Result<Vec<u8>, BodyError> {
    let incoming = request.consume().map_err(|()| BodyError::BrokeOff)?;
    let stream = incoming.stream().map_err(|()| BodyError::BrokeOff)?;
    let mut body = match read_some(&stream)? {
        Some(first) => first,
        None => return Ok(Vec::new()),
    };
    while let Some(more) = read_some(&stream)? {
        if body.len() + more.len() > BODY_LIMIT {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&more);
    }
    Ok(body)
}

fn read_some(stream: &InputStream) -> Result<Option<Vec<u8>>, BodyError> {
    match stream.blocking_read(READ_BYTES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StreamError::Closed) => Ok(None),
        Err(StreamError::LastOperationFailed(_)) => Err(BodyError::BrokeOff),
    }
}

fn respond(response: &Response, response_out: ResponseOutparam) -> Option<()> {
    let mut fields = vec![
        ("content-type".to_owned(), response.content_type.as_bytes().to_vec()),
        ("content-length".to_owned(), response.body.len().to_string().into_bytes()),
    ];
    if let Some(allow) = response.allow {
        fields.push(("allow".to_owned(), allow.as_bytes().to_vec()));
    }
    let outgoing = OutgoingResponse::new(Fields::from_list(&fields).ok()?);
    if response.status != 200 {
        outgoing.set_status_code(response.status).ok()?;
    }
    let body = outgoing.body().ok()?;
    ResponseOutparam::set(response_out, Ok(outgoing));
    let stream = body.write().ok()?;
    write_all(&stream, &response.body).ok()?;
    drop(stream);
    OutgoingBody::finish(body, None).ok()
}

/// Writes as much as the host takes at a time and waits only when it takes nothing: finishing the body flushes it.
fn write_all(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    Ok(())
}
