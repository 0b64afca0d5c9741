//! A tar that is written on another thread while it is sent.

use std::io::{self, Write};

use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How much is sent at once.
const BLOCK: usize = 64 << 10;
/// How many blocks may wait.
const WAITING: usize = 8;

/// Where it is written to.
pub(crate) struct Sink {
    sender: mpsc::Sender<io::Result<Bytes>>,
    block: Vec<u8>,
    /// Whether the engine has stopped reading.
    cut: bool,
}

/// What became of it.
pub(crate) struct Streamed<T> {
    pub(crate) told: T,
    /// Whether the engine stopped reading: then its own answer tells why.
    pub(crate) cut: bool,
}

/// Has `write` write it. One that fails breaks the request off, so that the engine takes no half for a whole.
pub(crate) fn stream<T, E, F>(
    write: F,
) -> (impl Stream<Item = io::Result<Bytes>> + use<T, E, F>, JoinHandle<Streamed<Result<T, E>>>)
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut Sink) -> Result<T, E> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        let mut sink = Sink { sender, block: Vec::with_capacity(BLOCK), cut: false };
        let told = write(&mut sink);
        if told.is_err() {
            let broken = Err(io::Error::other("it could not be written"));
            let _ = sink.sender.blocking_send(broken);
        } else {
            let _ = sink.flush();
        }
        Streamed { told, cut: sink.cut }
    });
    let blocks = stream::unfold(receiver, |mut receiver| async {
        let block = receiver.recv().await?;
        Some((block, receiver))
    });
    (blocks, writing)
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..length]);
        if self.block.len() == BLOCK {
            self.flush()?;
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        if block.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(Ok(Bytes::from(block))).map_err(|_| {
            self.cut = true;
            io::Error::from(io::ErrorKind::BrokenPipe)
        })
    }
}
