use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// How much a guest is invited to write at once, in bytes.
const WRITE_PERMIT: usize = 64 << 10;

/// Which part of an output stream is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The first bytes.
    First(usize),
    /// The last bytes.
    Last(usize),
}

/// A guest's output stream: a part is kept in memory, the rest is dropped and counted.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    keep: Keep,
    kept: Arc<Mutex<Kept>>,
}

/// What was kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// How many were dropped.
    pub(crate) dropped: u64,
}

impl Capture {
    pub(crate) fn new(keep: Keep) -> Self {
        Self { keep, kept: Arc::default() }
    }

    /// What was kept so far; nothing is kept after this.
    pub(crate) fn take(&self) -> Kept {
        std::mem::take(&mut *self.lock())
    }

    /// Says something in the guest's place.
    pub(crate) fn say(&self, words: &str) {
        self.record(words.as_bytes());
    }

    fn record(&self, bytes: &[u8]) {
        let mut kept = self.lock();
        match self.keep {
            Keep::First(limit) => {
                let room = limit.saturating_sub(kept.bytes.len()).min(bytes.len());
                kept.bytes.extend_from_slice(&bytes[..room]);
                kept.dropped += (bytes.len() - room) as u64;
            }
            Keep::Last(limit) => {
                kept.bytes.extend_from_slice(&bytes[bytes.len().saturating_sub(limit)..]);
                let over = kept.bytes.len().saturating_sub(limit);
                kept.bytes.drain(..over);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for Capture {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Capture {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Capture {
    async fn ready(&mut self) {}
}

impl OutputStream for Capture {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.record(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_PERMIT)
    }
}

impl AsyncWrite for Capture {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.record(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_the_limit_is_dropped_and_counted() {
        let capture = Capture::new(Keep::First(4));
        capture.record(b"abc");
        capture.record(b"def");
        let kept = capture.take();
        assert_eq!((kept.bytes.as_slice(), kept.dropped), (b"abcd".as_slice(), 2));
    }

    #[test]
    fn of_standard_error_the_end_is_kept() {
        let capture = Capture::new(Keep::Last(4));
        capture.record(b"abc");
        capture.record(b"def");
        assert_eq!(capture.take().bytes, b"cdef");
        capture.record(b"0123456789");
        assert_eq!(capture.take().bytes, b"6789");
    }
}
