use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

/// SHA-256 of bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// SHA-256 of what is left to read, in hexadecimal digits. None of it is kept.
///
/// # Errors
/// When it can't be read.
pub fn sha256_of(mut from: impl Read) -> io::Result<String> {
    let mut digest = Digest::default();
    io::copy(&mut from, &mut digest)?;
    Ok(digest.sha256())
}

/// A SHA-256 of everything that is written to it.
#[derive(Clone, Debug, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In hexadecimal digits.
    #[must_use]
    pub fn sha256(self) -> String {
        hex::encode(self.0.finalize())
    }
}

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
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
    fn a_digest_is_the_standard_s_in_whatever_pieces_the_bytes_come() {
        // FIPS 180-2, appendix B.1 and B.2.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        let of_long = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        assert_eq!(sha256(b"abc"), abc);
        assert_eq!(sha256_of(&long[..]).unwrap(), of_long);
        let mut digest = Digest::default();
        long.chunks(7).for_each(|piece| digest.add(piece));
        assert_eq!(digest.sha256(), of_long);
    }
}
