use std::io;
use std::net::SocketAddr;

use plimsoll_model::Exchange;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// Sends a request over a connection of its own before the clock starts, reads all that comes back, right or wrong, and
/// throws it away. Gives how many bytes came: none where whoever accepted the connection had nobody behind it.
///
/// # Errors
/// When nobody accepts the connection, or it breaks.
pub async fn discard_request(address: SocketAddr, request: &Exchange) -> io::Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    let Exchange { method, path, body, content_type, .. } = request;
    let content_type =
        content_type.as_ref().map(|text| format!("content-type: {text}\r\n")).unwrap_or_default();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{content_type}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    tokio::io::copy(&mut stream.take(LONGEST), &mut tokio::io::sink()).await
}
