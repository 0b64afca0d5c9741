pub use wasip2::http::types::{IncomingRequest, ResponseOutparam};

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, OutgoingBody, OutgoingRequest, OutgoingResponse, Scheme,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

pub fn answer(request: &IncomingRequest, to: ResponseOutparam) {
    let path = request.path_with_query().unwrap_or_default();
    match path.as_str() {
        "/hello" => send(to, 200, b"hello", 1),
        "/authority" => send(to, 200, request.authority().unwrap_or_default().as_bytes(), 1),
        "/large" => send(to, 200, &[b'x'; 64 << 10], 128),
        "/echo" => {
            let body = request.consume().unwrap();
            let input = body.stream().unwrap();
            let output = begin(to, 200);
            each(&input, |bytes| output.write(bytes));
            output.finish();
        }
        "/trap" => std::process::abort(),
        "/late-trap" => {
            let output = begin(to, 200);
            output.write(b"begun");
            std::process::abort()
        }
        "/refuse" => ResponseOutparam::set(to, Err(ErrorCode::LoopDetected)),
        "/grow" => crate::grow(),
        _ => match path.strip_prefix("/fetch/") {
            Some(authority) => match fetch(authority) {
                Ok(body) => send(to, 200, &body, 1),
                Err(code) => send(to, 502, format!("{code:?}").as_bytes(), 1),
            },
            None => send(to, 404, b"", 1),
        },
    }
}

/// What another server answers, or why it can't be had.
fn fetch(authority: &str) -> Result<Vec<u8>, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    let set = [
        request.set_scheme(Some(&Scheme::Http)),
        request.set_authority(Some(authority)),
        request.set_path_with_query(Some("/")),
    ];
    assert!(set.iter().all(Result::is_ok));
    let coming = outgoing_handler::handle(request, None)?;
    coming.subscribe().block();
    let answer = coming.get().unwrap().unwrap()?;
    let body = answer.consume().unwrap();
    let mut whole = Vec::new();
    each(&body.stream().unwrap(), |bytes| whole.extend_from_slice(bytes));
    IncomingBody::finish(body);
    Ok(whole)
}

/// Reads a stream to its end.
pub fn each(input: &InputStream, mut take: impl FnMut(&[u8])) {
    loop {
        match input.blocking_read(64 << 10) {
            Ok(bytes) => take(&bytes),
            Err(StreamError::Closed) => return,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// So many times the same part.
fn send(to: ResponseOutparam, status: u16, part: &[u8], times: usize) {
    let output = begin(to, status);
    for _ in 0..times {
        output.write(part);
    }
    output.finish();
}

fn begin(to: ResponseOutparam, status: u16) -> Output {
    let response = OutgoingResponse::new(Fields::new());
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(to, Ok(response));
    Output { stream: body.write().unwrap(), body }
}

struct Output {
    // Before the body, which it is a part of.
    stream: OutputStream,
    body: OutgoingBody,
}

impl Output {
    fn write(&self, bytes: &[u8]) {
        for part in bytes.chunks(4096) {
            self.stream.blocking_write_and_flush(part).unwrap();
        }
    }

    fn finish(self) {
        drop(self.stream);
        OutgoingBody::finish(self.body, None).unwrap();
    }
}
