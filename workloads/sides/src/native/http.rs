use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::NonZero;
use std::process::ExitCode;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::{BODY_LIMIT, HttpCore, Request, Response};

/// The environment variable with the address to listen on.
const LISTEN: &str = "PLIMSOLL_LISTEN";

/// An address, never a name: resolving one in a static binary would load the C library's name service modules.
const DEFAULT_LISTEN: &str = "0.0.0.0:8080";

/// How long a connection may stay idle or take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(75);

/// Serves an HTTP core over HTTP/1.1 with keep-alive until SIGTERM or SIGINT, on which it exits at once with 0.
///
/// It listens on `PLIMSOLL_LISTEN`, by default `0.0.0.0:8080`, with one thread for each CPU that the process may
/// use (cgroup quota and affinity included).
pub fn serve(core: HttpCore) -> ExitCode {
    let listen = std::env::var(LISTEN).unwrap_or_else(|_| DEFAULT_LISTEN.to_owned());
    let Ok(address) = listen.parse::<SocketAddr>() else {
        return super::fail(format_args!(
            "`{LISTEN}` is `{listen}`, which is not an address: write it as `{DEFAULT_LISTEN}`"
        ));
    };
    let served = runtime().and_then(|runtime| runtime.block_on(accept(address, core)));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::fail(format_args!("could not serve on `{address}`: {error}")),
    }
}

fn runtime() -> std::io::Result<Runtime> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    match threads {
        1 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread().worker_threads(threads).enable_all().build(),
    }
}

async fn accept(address: SocketAddr, core: HttpCore) -> std::io::Result<()> {
    // Before the first bind: PID 1 of a container ignores a signal that it has no handler for.
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind)?;
        tokio::spawn(async move {
            signals.recv().await;
            std::process::exit(0);
        });
    }
    let listener = TcpListener::bind(address).await?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, core));
            }
            // Out of file descriptors, or the peer has gone: the next one may still be served.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn converse(stream: TcpStream, core: HttpCore) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request| async move { Ok::<_, Infallible>(answer(core, request).await) });
    // An error here is a client that broke off or spoke no HTTP: there is nobody left to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(core: HttpCore, request: hyper::Request<Incoming>) -> hyper::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return encode(Response::body_too_large()),
        Err(_) => {
            return encode(Response::new(400, "text/plain", b"the request body broke off\n".as_slice()));
        }
    };
    encode(core(Request {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        body: &body,
    }))
}

fn encode(response: Response) -> hyper::Response<Full<Bytes>> {
    let length = response.body.len();
    let body = match response.body {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut encoded = hyper::Response::new(Full::new(body));
    *encoded.status_mut() =
        hyper::StatusCode::from_u16(response.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = encoded.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(response.content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(allow) = response.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    encoded
}
