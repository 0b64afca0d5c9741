use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{Errno, retry_on_intr};

/// Read at once, in bytes: a pipe's usual capacity.
const CHUNK: usize = 64 << 10;
/// Read in one go at most, so that a process that floods its pipe can't keep the reader for ever.
const BURST: u64 = 1 << 20;

/// What a child has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// Whether there was more of it than the limit.
    pub truncated: bool,
    /// Bytes of standard output that were read and thrown away.
    pub dropped: u64,
    /// Standard error: its beginning or its end, as was asked for.
    pub stderr: Vec<u8>,
}

/// Which part of a stream is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The first bytes.
    Head(u64),
    /// The last bytes.
    Tail(u64),
}

/// The reading end of a pipe that is always drained and of which a bounded part is kept.
#[derive(Debug)]
pub(crate) struct Capture {
    pipe: Option<OwnedFd>,
    keep: Keep,
    kept: VecDeque<u8>,
    dropped: u64,
    chunk: Box<[u8]>,
}

impl Capture {
    pub(crate) fn new(pipe: OwnedFd, keep: Keep) -> io::Result<Self> {
        fcntl_setfl(&pipe, fcntl_getfl(&pipe)? | OFlags::NONBLOCK)?;
        let chunk = vec![0; CHUNK].into_boxed_slice();
        Ok(Self { pipe: Some(pipe), keep, kept: VecDeque::new(), dropped: 0, chunk })
    }

    /// The pipe; `None` after its end was read.
    pub(crate) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Reads what is there without waiting, 1 MiB at most.
    pub(crate) fn drain(&mut self) {
        let mut read = 0;
        while read < BURST {
            let Some(pipe) = &self.pipe else { return };
            match retry_on_intr(|| rustix::io::read(pipe, &mut *self.chunk)) {
                Ok(0) => self.pipe = None,
                Ok(count) => {
                    read += count as u64;
                    self.store(count);
                }
                Err(Errno::AGAIN) => return,
                // A pipe has no other error; were there one, reading on would not end.
                Err(_) => self.pipe = None,
            }
        }
    }

    fn store(&mut self, count: usize) {
        match self.keep {
            Keep::Head(limit) => {
                let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(self.kept.len());
                let take = count.min(room);
                self.kept.extend(&self.chunk[..take]);
                self.dropped += (count - take) as u64;
            }
            Keep::Tail(limit) => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let new = &self.chunk[count - count.min(limit)..count];
                let over = (self.kept.len() + new.len()).saturating_sub(limit);
                self.kept.drain(..over);
                self.kept.extend(new);
                self.dropped += (over + count - new.len()) as u64;
            }
        }
    }

    pub(crate) fn kept(&self) -> Vec<u8> {
        self.kept.iter().copied().collect()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn captured(keep: Keep, writes: &[&[u8]]) -> Capture {
        let (read, write) = io::pipe().unwrap();
        let mut capture = Capture::new(read.into(), keep).unwrap();
        let mut write = write;
        for bytes in writes {
            write.write_all(bytes).unwrap();
            capture.drain();
        }
        drop(write);
        capture.drain();
        assert!(capture.pipe().is_none());
        capture
    }

    #[test]
    fn a_head_keeps_the_first_bytes_and_counts_the_rest() {
        let capture = captured(Keep::Head(5), &[b"abc", b"defg", b"h"]);
        assert_eq!((capture.kept(), capture.dropped()), (b"abcde".to_vec(), 3));
    }

    #[test]
    fn a_tail_keeps_the_last_bytes_and_counts_the_rest() {
        let capture = captured(Keep::Tail(5), &[b"abc", b"defg", b"h"]);
        assert_eq!((capture.kept(), capture.dropped()), (b"defgh".to_vec(), 3));
        let capture = captured(Keep::Tail(2), &[b"abcdefgh"]);
        assert_eq!((capture.kept(), capture.dropped()), (b"gh".to_vec(), 6));
    }

    #[test]
    fn reading_an_open_and_empty_pipe_does_not_wait() {
        let (read, _write) = io::pipe().unwrap();
        let mut capture = Capture::new(read.into(), Keep::Head(5)).unwrap();
        capture.drain();
        assert!(capture.pipe().is_some());
    }
}
