//! The archive's own directory, looked at before a library builds anything from it: a million entries, or two of one
//! name, are refused by their headers alone.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::{shown, too_much};
use crate::{CapsuleError, EntryName, limits};

/// The signature and length of what ends an archive (APPNOTE 4.3.16).
const END: (u32, usize) = (0x0605_4b50, 22);
/// The signature of an entry in the directory, and its length before the name (APPNOTE 4.3.12).
const ENTRY: (u32, usize) = (0x0201_4b50, 46);
/// The signature that every archive with an entry begins with (APPNOTE 4.3.7).
pub(crate) const BEGIN: [u8; 4] = *b"PK\x03\x04";
/// The most bytes that an entry takes in the directory: its header, its name, and fields that nobody needs.
const ENTRY_MOST: u64 = 46 + limits::NAME as u64 + 256;

/// Bits of an entry's flags: encrypted, patched, strongly encrypted, its header masked.
const SECRET: u16 = 1 | 1 << 5 | 1 << 6 | 1 << 13;
/// Stored and deflated, the methods that are read.
const METHODS: [u16; 2] = [0, 8];

/// Checks the directory and gives the number of its entries.
pub(crate) fn check(path: &Path, file: &mut (impl Read + Seek), length: u64) -> Result<usize, CapsuleError> {
    let read = |source| CapsuleError::Read { path: path.to_owned(), source };
    if bytes_at(file, 0, BEGIN.len() as u64).map_err(read)? != BEGIN {
        return Err(CapsuleError::NotACapsule { path: path.to_owned() });
    }
    let cut = || CapsuleError::CutShort { path: path.to_owned(), bytes: length };
    let end_at = length.checked_sub(END.1 as u64).ok_or_else(cut)?;
    let end = bytes_at(file, end_at, END.1 as u64).map_err(read)?;
    if u32_at(&end, 0) != Some(END.0) {
        return Err(cut());
    }
    let number = |at| u16_at(&end, at).unwrap_or_default();
    let (count, bytes, starts) = (u64::from(number(10)), u32_at(&end, 12), u32_at(&end, 16));
    let (bytes, starts) = (u64::from(bytes.unwrap_or_default()), u64::from(starts.unwrap_or_default()));
    if count > limits::ENTRIES {
        return Err(too_much(path, "it has entries:", count, limits::ENTRIES));
    }
    let whole = number(4) == 0 && number(6) == 0 && number(8) == number(10) && number(20) == 0;
    if !whole || starts + bytes != end_at || bytes > count * ENTRY_MOST {
        return Err(damaged(path, "the end of the archive contradicts the file"));
    }
    let directory = bytes_at(file, starts, bytes).map_err(read)?;
    entries(path, &directory, count)?;
    file.rewind().map_err(read)?;
    Ok(count as usize)
}

fn entries(path: &Path, directory: &[u8], count: u64) -> Result<(), CapsuleError> {
    let mut seen = HashSet::new();
    let mut total = 0_u64;
    let mut rest = directory;
    for _ in 0..count {
        let (entry, after) = Header::read(rest).ok_or_else(|| damaged(path, "its directory of entries"))?;
        let name = entry.name(path)?;
        if let Some(what) = entry.is_no_file() {
            return Err(CapsuleError::NotAnEntry { path: path.to_owned(), name: name.to_string(), what });
        }
        if u64::from(entry.bytes) > limits::ENTRY {
            let what = format!("its entry `{name}` has bytes:");
            return Err(too_much(path, what, entry.bytes.into(), limits::ENTRY));
        }
        total += u64::from(entry.bytes);
        if !seen.insert(name.folded()) {
            return Err(CapsuleError::Twice { path: path.to_owned(), name: name.to_string() });
        }
        rest = after;
    }
    if !rest.is_empty() {
        return Err(damaged(path, "its directory has more than its entries"));
    }
    if total > limits::TOTAL {
        return Err(too_much(path, "its entries have bytes together:", total, limits::TOTAL));
    }
    Ok(())
}

/// An entry in the directory.
struct Header<'a> {
    made_by: u16,
    flags: u16,
    method: u16,
    bytes: u32,
    attributes: u32,
    name: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if u32_at(bytes, 0)? != ENTRY.0 {
            return None;
        }
        let lengths = [28, 30, 32].map(|at| u16_at(bytes, at).map(usize::from));
        let [name, extra, comment] = [lengths[0]?, lengths[1]?, lengths[2]?];
        let named = bytes.get(ENTRY.1..ENTRY.1 + name)?;
        let after = bytes.get(ENTRY.1 + name + extra + comment..)?;
        let header = Self {
            made_by: u16_at(bytes, 4)? >> 8,
            flags: u16_at(bytes, 8)?,
            method: u16_at(bytes, 10)?,
            bytes: u32_at(bytes, 24)?,
            attributes: u32_at(bytes, 38)?,
            name: named,
        };
        Some((header, after))
    }

    fn name(&self, path: &Path) -> Result<EntryName, CapsuleError> {
        let text = String::from_utf8_lossy(self.name);
        let bad = |source| CapsuleError::BadName { path: path.to_owned(), name: shown(&text), source };
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(bad(crate::NameFault::Unseen));
        }
        EntryName::new(text.as_ref()).map_err(bad)
    }

    fn is_no_file(&self) -> Option<&'static str> {
        // The upper half holds what Unix calls the mode, where a Unix made it: 3, or 19 for a Mac.
        let kind = if matches!(self.made_by, 3 | 19) { self.attributes >> 16 & 0o170_000 } else { 0 };
        match kind {
            _ if self.flags & SECRET != 0 => Some("encrypted"),
            _ if !METHODS.contains(&self.method) => Some("packed in an unknown way"),
            0 | 0o100_000 => None,
            0o120_000 => Some("a symbolic link"),
            _ => Some("no file"),
        }
    }
}

fn damaged(path: &Path, what: &str) -> CapsuleError {
    CapsuleError::Damaged { path: path.to_owned(), what: what.to_owned() }
}

/// Reads as much as there is at a place, up to a length. Room is made for what comes, not for what is said to.
fn bytes_at(file: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
