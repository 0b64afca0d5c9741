use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::WasmtimeError;
use crate::worker::responder::Responder;

/// How long a connection may stay idle or take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(75);

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Listens where the parent says.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, WasmtimeError> {
    bind(address).map_err(|source| WasmtimeError::Listen { address, source })
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // The parent may hold the port for us, bound but not listening, so that nobody else can take it.
    sockopt::set_socket_reuseport(&socket, true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves HTTP/1.1 with keep-alive for as long as it is polled.
pub async fn serve(listener: TcpListener, responder: Responder) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, responder.clone()));
            }
            // Out of file descriptors, or the peer has gone: the next one may still be served.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn converse(stream: TcpStream, responder: Responder) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let answer = service_fn(move |request| {
        let responder = responder.clone();
        async move { responder.respond(request).await }
    });
    // A client that broke off or spoke no HTTP has nobody left to tell; a trap was told to the parent.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}
