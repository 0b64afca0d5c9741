use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bollard::container::LogOutput;
use bollard::errors::Error as ApiError;
use bytes::Bytes;
use futures_util::Stream;

/// How much of standard error's end is kept.
const TAIL_BYTES: usize = 4096;

/// What the engine streams of a container's output.
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<LogOutput, ApiError>> + Send>>;

/// A container's output as far as it is kept. The rest is read and thrown away, so that a container that floods
/// its output is slowed by nobody.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) stdout: Vec<u8>,
    pub(crate) truncated: bool,
    stderr_tail: Vec<u8>,
    limit: usize,
    chunks: Option<Chunks>,
}

impl Output {
    /// Reads what comes; keeps at most `limit` bytes of standard output.
    pub(crate) fn of(chunks: Chunks, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { limit, chunks: Some(chunks), ..Self::default() }
    }

    /// Takes in what there is; ready at the end of the output.
    pub(crate) fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ApiError>> {
        while let Some(chunks) = &mut self.chunks {
            match ready!(chunks.as_mut().poll_next(context)) {
                Some(Ok(LogOutput::StdErr { message })) => self.keep_stderr(&message),
                Some(Ok(LogOutput::StdOut { message } | LogOutput::Console { message })) => {
                    self.keep_stdout(&message);
                }
                Some(Ok(LogOutput::StdIn { .. })) => {}
                Some(Err(error)) => {
                    self.chunks = None;
                    return Poll::Ready(Err(error));
                }
                None => self.chunks = None,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// The end of standard error as text.
    pub(crate) fn stderr_tail(&self) -> String {
        String::from_utf8_lossy(&self.stderr_tail).trim_end().to_owned()
    }

    fn keep_stdout(&mut self, message: &Bytes) {
        let room = self.limit.saturating_sub(self.stdout.len());
        self.truncated |= message.len() > room;
        self.stdout.extend_from_slice(&message[..message.len().min(room)]);
    }

    fn keep_stderr(&mut self, message: &Bytes) {
        self.stderr_tail.extend_from_slice(message);
        let surplus = self.stderr_tail.len().saturating_sub(TAIL_BYTES);
        self.stderr_tail.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::stream;

    use super::*;

    fn chunk(of: fn(Bytes) -> LogOutput, text: &'static str) -> Result<LogOutput, ApiError> {
        Ok(of(Bytes::from_static(text.as_bytes())))
    }

    #[tokio::test]
    async fn output_beyond_the_limit_is_read_but_not_kept() {
        let out = |message| LogOutput::StdOut { message };
        let err = |message| LogOutput::StdErr { message };
        let chunks = [chunk(out, "abc"), chunk(err, "oh\n"), chunk(out, "def"), chunk(out, "ghi")];
        let mut output = Output::of(Box::pin(stream::iter(chunks)), 5);
        poll_fn(|context| output.poll_end(context)).await.unwrap();
        assert_eq!((&output.stdout[..], output.truncated), (&b"abcde"[..], true));
        assert_eq!(output.stderr_tail(), "oh");
    }
}
