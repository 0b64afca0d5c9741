//! SHA-256 as text.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// SHA-256 of bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of what is left to read, in hexadecimal digits.
pub(crate) fn of(mut from: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    io::copy(&mut from, &mut Feed(&mut digest))?;
    Ok(hex(&digest.finalize()))
}

pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lets a digest be copied into.
struct Feed<'a>(&'a mut Sha256);

impl Write for Feed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
