//! How [`WIRE_SIZE`](crate::WIRE_SIZE) is taken: by counting, nothing is kept.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The compression level that it tells of.
const LEVEL: u32 = 6;

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
pub struct Gzip(GzEncoder<Count>);

impl Default for Gzip {
    fn default() -> Self {
        Self(GzEncoder::new(Count::default(), Compression::new(LEVEL)))
    }
}

impl Gzip {
    /// How many bytes it has.
    ///
    /// # Errors
    /// When it can't be packed.
    pub fn finish(self) -> io::Result<u64> {
        Ok(self.0.finish()?.0)
    }
}

impl Write for Gzip {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
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
        kept.write_all(&bytes).unwrap();
        let length = kept.finish().unwrap().len() as u64;
        assert_eq!(gzip_bytes(&bytes).unwrap(), length);
        let mut in_pieces = Gzip::default();
        bytes.chunks(999).for_each(|piece| in_pieces.write_all(piece).unwrap());
        assert_eq!(in_pieces.finish().unwrap(), length);
        assert!(gzip_bytes(b"").unwrap() > 0, "gzip has a header");
    }
}
