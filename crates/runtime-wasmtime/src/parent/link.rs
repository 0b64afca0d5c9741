use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::WasmtimeError;
use crate::lines::{self, Lines, not_ours};
use crate::protocol::{PROTOCOL, WorkerOrder, WorkerReport};

/// The longest report: a command's output in base64 with what stands around it, in bytes.
const LONGEST_LINE: usize = 1 << 30;

/// How much is read at once, in bytes.
const READ: usize = 64 << 10;

/// The parent's ends of a worker's pipes.
#[derive(Debug)]
pub(super) struct Link {
    orders: Option<OwnedFd>,
    pipe: AsyncFd<OwnedFd>,
    reports: Reports,
    closed: bool,
}

/// What a worker says.
#[derive(Debug)]
pub(crate) struct Reports {
    lines: Lines,
    greeting: Option<Greeting>,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    /// Version of the worker.
    pub(super) worker: String,
    /// Version of Wasmtime.
    pub(super) wasmtime: String,
}

impl Link {
    /// Takes over both pipes. Must be called within a runtime.
    pub(super) fn new(orders: OwnedFd, reports: OwnedFd) -> Result<Self, WasmtimeError> {
        let register = || -> io::Result<AsyncFd<OwnedFd>> {
            fcntl_setfl(&reports, fcntl_getfl(&reports)? | OFlags::NONBLOCK)?;
            // SAFETY: an `OwnedFd` is one open descriptor until the `AsyncFd` that owns it is dropped.
            Ok(unsafe { AsyncFd::register_with_interest(reports, Interest::READABLE) }?)
        };
        let pipe = register().map_err(WasmtimeError::io("read from", "the worker's pipe"))?;
        Ok(Self { orders: Some(orders), pipe, reports: Reports::default(), closed: false })
    }

    /// Sends an order. It fits into the pipe, so this does not wait for the worker.
    pub(super) fn send(&self, order: &WorkerOrder) -> Result<(), WasmtimeError> {
        let failed = WasmtimeError::io("write to", "the worker's pipe");
        let mut line = match serde_json::to_vec(order) {
            Ok(line) => line,
            Err(error) => return Err(failed(error.into())),
        };
        line.push(b'\n');
        let Some(orders) = &self.orders else { return Err(failed(io::ErrorKind::BrokenPipe.into())) };
        let mut left = line.as_slice();
        while !left.is_empty() {
            match rustix::io::write(orders, left) {
                Ok(written) => left = &left[written..],
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(failed(error.into())),
            }
        }
        Ok(())
    }

    /// Sends no more orders: a worker without work ends.
    pub(super) fn hang_up(&mut self) {
        self.orders = None;
    }

    /// The next report; `None` when the worker has closed its end.
    pub(super) async fn next(&mut self) -> Result<Option<WorkerReport>, WasmtimeError> {
        loop {
            if let Some(report) = self.try_next()? {
                return Ok(Some(report));
            }
            if self.closed {
                return Ok(None);
            }
            let mut bytes = vec![0; READ];
            let read = self.pipe.async_io(Interest::READABLE, |pipe| read(pipe, &mut bytes)).await;
            self.take(read, &bytes)?;
        }
    }

    /// The next report, if it is there already. Asks the kernel and not the runtime, which may not have run
    /// since it came.
    pub(super) fn try_next(&mut self) -> Result<Option<WorkerReport>, WasmtimeError> {
        loop {
            if let Some(report) = self.reports.next()? {
                return Ok(Some(report));
            }
            if self.closed {
                return Ok(None);
            }
            let mut bytes = vec![0; READ];
            match read(self.pipe.get_ref(), &mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                read => self.take(read, &bytes)?,
            }
        }
    }

    /// What the worker said first; `None` before any report was read.
    pub(super) fn greeting(&self) -> Option<&Greeting> {
        self.reports.greeting.as_ref()
    }

    fn take(&mut self, read: io::Result<usize>, bytes: &[u8]) -> Result<(), WasmtimeError> {
        let read = read.map_err(WasmtimeError::io("read from", "the worker's pipe"))?;
        self.closed = read == 0;
        self.reports.push(&bytes[..read]);
        Ok(())
    }
}

impl Default for Reports {
    fn default() -> Self {
        Self { lines: Lines::of_at_most(LONGEST_LINE), greeting: None }
    }
}

impl Reports {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    /// Bytes that what has not wholly come takes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.lines.memory_bytes()
    }

    /// The next report but the greeting, which is kept; `None` before it has come.
    pub(crate) fn next(&mut self) -> Result<Option<WorkerReport>, WasmtimeError> {
        while let Some(line) = self.lines.next()? {
            match lines::read(&line)? {
                WorkerReport::Hello { protocol: PROTOCOL, worker, wasmtime } => {
                    self.greeting = Some(Greeting { worker, wasmtime });
                }
                WorkerReport::Hello { .. } => return Err(not_ours(&line)),
                report => return Ok(Some(report)),
            }
        }
        Ok(None)
    }
}

fn read(pipe: &OwnedFd, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match rustix::io::read(pipe, &mut *bytes) {
            Err(rustix::io::Errno::INTR) => {}
            read => return Ok(read?),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::pipe::pipe;

    use super::*;

    const HELLO: &[u8] = b"{\"report\":\"hello\",\"protocol\":6,\"worker\":\"0\",\"wasmtime\":\"0\"}\n";

    fn linked() -> (Link, OwnedFd, OwnedFd) {
        let (orders_end, orders) = pipe().unwrap();
        let (reports, reports_end) = pipe().unwrap();
        (Link::new(orders, reports).unwrap(), orders_end, reports_end)
    }

    #[tokio::test]
    async fn a_report_that_comes_in_pieces_is_read_whole_and_the_end_is_told() {
        let (mut link, _orders, worker) = linked();
        rustix::io::write(worker.as_fd(), HELLO).unwrap();
        rustix::io::write(worker.as_fd(), b"{\"report\":\"ar").unwrap();
        assert_eq!(link.try_next().unwrap(), None);
        rustix::io::write(worker.as_fd(), b"med\"}\n").unwrap();
        assert_eq!(link.next().await.unwrap(), Some(WorkerReport::Armed));
        drop(worker);
        assert_eq!(link.next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_worker_of_another_build_is_refused() {
        let (mut link, _orders, worker) = linked();
        rustix::io::write(worker.as_fd(), &HELLO.escape_ascii().to_string().into_bytes()).unwrap();
        rustix::io::write(worker.as_fd(), b"\n").unwrap();
        assert!(matches!(link.next().await, Err(WasmtimeError::Protocol { .. })));
    }
}
