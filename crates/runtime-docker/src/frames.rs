//! What Zstandard packed, unpacked: frames one after the other, of which some hold nothing.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// How a frame begins.
pub(crate) const ZSTANDARD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Where the next frame comes from: its first bytes are looked at before it is begun.
struct Source<R> {
    ahead: io::Cursor<[u8; 4]>,
    rest: R,
}

/// The frames of a source.
pub(crate) struct Frames<R: Read> {
    /// Between two frames.
    source: Option<Source<R>>,
    frame: Option<StreamingDecoder<Source<R>, FrameDecoder>>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.ahead.read(into)? {
            0 => self.rest.read(into),
            length => Ok(length),
        }
    }
}

impl<R: BufRead> Frames<R> {
    pub(crate) fn of(rest: R) -> Self {
        Self { source: Some(Source { ahead: io::Cursor::new([0; 4]), rest }), frame: None }
    }

    /// Begins the next frame that holds something; without one, `None`.
    fn next(mut source: Source<R>) -> io::Result<Option<StreamingDecoder<Source<R>, FrameDecoder>>> {
        while !source.rest.fill_buf()?.is_empty() {
            let mut sign = [0; 4];
            source.rest.read_exact(&mut sign)?;
            // 16 signs stand before what is to be passed over.
            if sign[0] & 0xf0 == 0x50 && sign[1..] == [0x2a, 0x4d, 0x18] {
                let mut length = [0; 4];
                source.rest.read_exact(&mut length)?;
                let length = u64::from(u32::from_le_bytes(length));
                if io::copy(&mut source.rest.by_ref().take(length), &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                continue;
            }
            source.ahead = io::Cursor::new(sign);
            return StreamingDecoder::new(source).map(Some).map_err(io::Error::other);
        }
        Ok(None)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let length = frame.read(into)?;
                if length > 0 || into.is_empty() {
                    return Ok(length);
                }
                self.source = self.frame.take().map(StreamingDecoder::into_inner);
            }
            let Some(source) = self.source.take() else { return Ok(0) };
            self.frame = Self::next(source)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    #[test]
    fn all_frames_are_read_and_what_is_cut_off_is_an_error() {
        let frame = |text: &[u8]| compress_to_vec(text, CompressionLevel::Fastest);
        let nothing = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        let packed = [frame(&[7; 300_000]), nothing, frame(b"end")].concat();
        assert!(packed.starts_with(&ZSTANDARD));
        let mut found = Vec::new();
        Frames::of(&packed[..]).read_to_end(&mut found).unwrap();
        assert_eq!((found.len(), &found[300_000..]), (300_003, &b"end"[..]));
        for cut in [2, packed.len() - 2] {
            assert!(Frames::of(&packed[..cut]).read_to_end(&mut Vec::new()).is_err());
        }
    }
}
