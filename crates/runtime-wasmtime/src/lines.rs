use serde::de::DeserializeOwned;

use crate::WasmtimeError;

/// How much of a line that is not ours is shown, in bytes.
const SHOWN: usize = 200;

/// Whole lines out of bytes that come in pieces. Nothing is kept but what came.
#[derive(Debug)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// How far there is no end of a line.
    looked: usize,
    longest: usize,
}

impl Lines {
    /// Lines of at most so many bytes.
    pub(crate) fn of_at_most(longest: usize) -> Self {
        Self { buffer: Vec::new(), looked: 0, longest }
    }

    /// Adds what came.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes that its buffer takes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next line with its end; `None` before that has come.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, WasmtimeError> {
        let unseen = self.buffer.get(self.looked..).unwrap_or_default();
        if let Some(end) = unseen.iter().position(|byte| *byte == b'\n') {
            let end = self.looked + end;
            self.looked = 0;
            return Ok(Some(self.buffer.drain(..=end).collect()));
        }
        self.looked = self.buffer.len();
        if self.buffer.len() > self.longest { Err(not_ours(&self.buffer)) } else { Ok(None) }
    }
}

/// What a line says.
pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, WasmtimeError> {
    serde_json::from_slice(line).map_err(|_| not_ours(line))
}

/// A line that this build does not speak.
pub(crate) fn not_ours(line: &[u8]) -> WasmtimeError {
    let line = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]).trim_end().to_owned();
    WasmtimeError::Protocol { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_however_they_came() {
        let mut lines = Lines::of_at_most(100);
        let mut found = Vec::new();
        for piece in ["a", "b\nc\n\n", "", "d", "e", "\nf"] {
            lines.push(piece.as_bytes());
            found.extend(std::iter::from_fn(|| lines.next().unwrap()));
        }
        assert_eq!(found, [&b"ab\n"[..], b"c\n", b"\n", b"de\n"]);
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn a_line_without_end_is_refused_by_its_beginning_and_takes_no_more_than_it_sent() {
        let mut lines = Lines::of_at_most(1_000);
        assert_eq!(lines.memory_bytes(), 0);
        lines.push(&[b'x'; 1_000]);
        assert_eq!(lines.next().unwrap(), None);
        lines.push(b"y");
        let refusal = lines.next().unwrap_err();
        assert!(matches!(&refusal, WasmtimeError::Protocol { line } if line.len() == SHOWN), "{refusal}");
    }
}
