//! How [`WIRE_SIZE`](crate::WIRE_SIZE) is taken: by counting, nothing is kept.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The compression level that it tells of.
const LEVEL: u32 = 6;
/// How much is packed at a time: the packer's result depends on it.
const BLOCK: usize = 64 << 10;
/// How much is packed by itself, as one member of the gzip: a CPU each, and less than a thousandth more than in one.
const MEMBER: usize = 8 << 20;
/// How many members are packed at a time at most, which bounds the memory.
const AT_ONCE: usize = 4;

/// Length of the gzip of some bytes.
///
/// # Errors
/// When it can't be packed.
pub fn gzip_bytes(bytes: &[u8]) -> io::Result<u64> {
    let mut gzip = Gzip::default();
    gzip.write_all(bytes)?;
    gzip.finish()
}

/// Counts the bytes that everything written to it has as gzip, in members of 8 MiB, packed on every CPU.
#[derive(Debug, Default)]
pub struct Gzip {
    /// What waits to be packed: what comes from a network comes as it likes, and is packed alike however it came.
    member: Vec<u8>,
    packing: VecDeque<Receiver<io::Result<u64>>>,
    /// Of the members that are packed.
    bytes: u64,
}

impl Gzip {
    /// How many bytes it has.
    ///
    /// # Errors
    /// When it can't be packed.
    pub fn finish(mut self) -> io::Result<u64> {
        let is_empty = self.bytes == 0 && self.packing.is_empty();
        if is_empty || !self.member.is_empty() {
            self.bytes += pack(&self.member)?;
        }
        while !self.packing.is_empty() {
            self.wait()?;
        }
        Ok(self.bytes)
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.packing.len() >= rayon::current_num_threads().min(AT_ONCE) {
            self.wait()?;
        }
        let (sender, packed) = mpsc::channel();
        let member = std::mem::take(&mut self.member);
        rayon::spawn(move || {
            // Nobody waits for it where packing was given up.
            let _ = sender.send(pack(&member));
        });
        self.packing.push_back(packed);
        Ok(())
    }

    /// Until the first of those being packed is.
    fn wait(&mut self) -> io::Result<()> {
        let Some(packed) = self.packing.pop_front() else { return Ok(()) };
        self.bytes += packed.recv().map_err(io::Error::other)??;
        Ok(())
    }
}

impl Write for Gzip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(MEMBER - self.member.len());
        self.member.extend_from_slice(&bytes[..taken]);
        if self.member.len() == MEMBER {
            self.begin()?;
        }
        Ok(taken)
    }

    /// Nothing is kept that could be handed on.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn pack(member: &[u8]) -> io::Result<u64> {
    let mut packed = GzEncoder::new(Count::default(), Compression::new(LEVEL));
    member.chunks(BLOCK).try_for_each(|block| packed.write_all(block))?;
    Ok(packed.finish()?.0)
}

/// Counts the bytes that are written to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count(pub u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::MultiGzDecoder;

    use super::*;

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at / 17 % 251 + at / 4_096 % 3) as u8).collect()
    }

    fn kept(bytes: &[u8]) -> Vec<u8> {
        let mut kept = GzEncoder::new(Vec::new(), Compression::new(6));
        bytes.chunks(BLOCK).for_each(|block| kept.write_all(block).unwrap());
        kept.finish().unwrap()
    }

    #[test]
    fn what_is_counted_is_what_would_be_written_however_it_comes() {
        let bytes = bytes(200_000);
        let length = kept(&bytes).len() as u64;
        assert_eq!(gzip_bytes(&bytes).unwrap(), length);
        let mut in_pieces = Gzip::default();
        bytes.chunks(999).for_each(|piece| in_pieces.write_all(piece).unwrap());
        assert_eq!(in_pieces.finish().unwrap(), length);
        assert_eq!(gzip_bytes(b"").unwrap(), kept(b"").len() as u64, "gzip has a header");
    }

    #[test]
    fn what_is_long_is_packed_in_members_that_are_one_gzip() {
        let bytes = bytes(MEMBER + 5);
        let members: Vec<u8> = bytes.chunks(MEMBER).flat_map(kept).collect();
        assert_eq!(gzip_bytes(&bytes).unwrap(), members.len() as u64);
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(&*members).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == bytes);
        assert_eq!(gzip_bytes(&bytes[..MEMBER]).unwrap(), kept(&bytes[..MEMBER]).len() as u64);
    }
}
