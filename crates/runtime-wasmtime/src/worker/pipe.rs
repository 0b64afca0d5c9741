use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::WasmtimeError;
use crate::lines::{self, Lines};
use crate::protocol::{WorkerOrder, WorkerReport};

/// The longest line that is read, in bytes.
pub(crate) const LONGEST_ORDER: usize = 1 << 20;

/// How much is read at once, in bytes.
const READ: usize = 4 << 10;

/// Standard input as a row of orders.
pub(super) struct Orders {
    input: AsyncFd<OwnedFd>,
    lines: Lines,
}

impl Orders {
    /// Takes over standard input. Must be called within a runtime.
    pub(super) fn open() -> Result<Self, WasmtimeError> {
        Self::take_over().map_err(WasmtimeError::io("read orders from", "stdin"))
    }

    fn take_over() -> io::Result<Self> {
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        fcntl_setfl(&input, fcntl_getfl(&input)? | OFlags::NONBLOCK)?;
        // SAFETY: an `OwnedFd` is one open descriptor and stays so until the `AsyncFd` that owns it is dropped.
        let input = unsafe { AsyncFd::register_with_interest(input, Interest::READABLE) }?;
        Ok(Self { input, lines: Lines::of_at_most(LONGEST_ORDER) })
    }

    /// The next order; `None` when the parent has closed its end.
    pub(super) async fn next(&mut self) -> Result<Option<WorkerOrder>, WasmtimeError> {
        loop {
            if let Some(line) = self.lines.next()? {
                return lines::read(&line).map(Some);
            }
            if !self.read_more().await.map_err(WasmtimeError::io("read orders from", "stdin"))? {
                return Ok(None);
            }
        }
    }

    async fn read_more(&mut self) -> io::Result<bool> {
        let mut bytes = [0; READ];
        let read =
            self.input.async_io(Interest::READABLE, |input| Ok(rustix::io::read(input, &mut bytes)?)).await?;
        self.lines.push(&bytes[..read]);
        Ok(read > 0)
    }
}

/// Writes one report to standard output, whole.
pub(super) fn report(report: &WorkerReport) -> Result<(), WasmtimeError> {
    let failed = WasmtimeError::io("write a report to", "stdout");
    match serde_json::to_vec(report) {
        Ok(mut line) => {
            line.push(b'\n');
            write_whole(io::stdout().as_fd(), &line).map_err(failed)
        }
        Err(error) => Err(failed(error.into())),
    }
}

fn write_whole(output: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(output, bytes) {
            Ok(written) => bytes = &bytes[written..],
            // One socket may serve as both standard input and output; then this end does not block either.
            Err(rustix::io::Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(output, PollFlags::OUT)], None)?;
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Ends this process as soon as the parent has closed its end, whatever the guest is at: a guest that never
/// returns keeps the runtime from reading on.
pub(super) fn end_with_parent() -> Result<(), WasmtimeError> {
    let watch = || {
        let stdin = io::stdin();
        let mut end = [PollFd::new(&stdin, PollFlags::RDHUP)];
        while !matches!(poll(&mut end, None), Ok(1..)) {}
        super::leave(0);
    };
    std::thread::Builder::new()
        .name("end-with-parent".to_owned())
        .stack_size(64 << 10)
        .spawn(watch)
        .map(drop)
        .map_err(WasmtimeError::io("start a thread in", "plimsoll-worker"))
}
