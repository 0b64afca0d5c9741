//! How [`WIRE_SIZE`](crate::WIRE_SIZE) is taken: by counting, nothing is kept.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The compression level that it tells of.
const LEVEL: u32 = 6;
/// How much is packed at a time.
const BLOCK: usize = 64 << 10;

/// Length of the gzip of some bytes.
///
/// # Errors
/// When it can't be packed.
pub fn gzip_bytes(bytes: &[u8]) -> io::Result<u64> {
    let mut gzip = Gzip::default();
    gzip.write_all(bytes)?;
    gzip.finish()
}

/// Counts the bytes that everything written to it has as gzip.
#[derive(Debug)]
pub struct Gzip {
    packed: GzEncoder<Count>,
    /// What waits to be packed. The packer's result depends on how much it is given at a time, and what comes from a
    /// network comes as it likes.
    block: Vec<u8>,
}

impl Default for Gzip {
    fn default() -> Self {
        let packed = GzEncoder::new(Count::default(), Compression::new(LEVEL));
        Self { packed, block: Vec::with_capacity(BLOCK) }
    }
}

impl Gzip {
    /// How many bytes it has.
    ///
    /// # Errors
    /// When it can't be packed.
    pub fn finish(mut self) -> io::Result<u64> {
        self.packed.write_all(&self.block)?;
        Ok(self.packed.finish()?.0)
    }
}

impl Write for Gzip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == BLOCK {
            self.packed.write_all(&self.block)?;
            self.block.clear();
        }
        Ok(taken)
    }

    /// Nothing is kept that could be handed on.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    use super::*;

    #[test]
    fn what_is_counted_is_what_would_be_written() {
        let bytes: Vec<u8> = (0..50_000_u32).flat_map(|number| (number % 251).to_le_bytes()).collect();
        let mut kept = GzEncoder::new(Vec::new(), Compression::new(6));
        bytes.chunks(BLOCK).for_each(|block| kept.write_all(block).unwrap());
        let length = kept.finish().unwrap().len() as u64;
        assert_eq!(gzip_bytes(&bytes).unwrap(), length);
        let mut in_pieces = Gzip::default();
        bytes.chunks(999).for_each(|piece| in_pieces.write_all(piece).unwrap());
        assert_eq!(in_pieces.finish().unwrap(), length);
        assert!(gzip_bytes(b"").unwrap() > 0, "gzip has a header");
    }
}
