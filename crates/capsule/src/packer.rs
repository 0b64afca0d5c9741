use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plimsoll_files::{Draft, folder_of, sha256, sha256_of, target_of};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::contents::{CONTENTS, SUM};
use crate::{CAPSULE_VERSION, CapsuleEntry, CapsuleError, Contents, EntryName, Head, limits};

/// Writes a capsule. Until [`Packer::finish`] there is nothing of the target's name; what is dropped before leaves
/// nothing.
#[derive(Debug)]
pub struct Packer {
    target: PathBuf,
    /// What the target's links end at, which is what is written.
    end: PathBuf,
    replace: bool,
    file: Draft,
    zip: ZipWriter<BufWriter<Once>>,
    entries: Vec<CapsuleEntry>,
}

/// A capsule that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// What it holds.
    pub contents: Contents,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 (hex) of the whole file.
    pub sha256: String,
}

impl Packer {
    /// Begins a capsule beside where it is to be.
    ///
    /// # Errors
    /// When the target is there and not to be replaced, is no ordinary file, or its folder is missing or can't be
    /// written to.
    pub fn begin(target: &Path, replace: bool) -> Result<Self, CapsuleError> {
        let end = target_of(target).map_err(|_| CapsuleError::NotAFile { path: target.to_owned() })?;
        if !replace && target.symlink_metadata().is_ok() {
            return Err(CapsuleError::Exists { path: target.to_owned() });
        }
        let folder = folder_of(&end);
        if !folder.is_dir() {
            return Err(CapsuleError::NoFolder { folder: folder.to_owned() });
        }
        let begun = Draft::beside(&end).and_then(|file| Ok((file.as_file().try_clone()?, file)));
        // Only the kind: the file that it names is none that anybody asked for.
        let failed =
            |error: io::Error| CapsuleError::Write { path: target.to_owned(), source: error.kind().into() };
        let (writer, file) = begun.map_err(failed)?;
        let zip = ZipWriter::new(BufWriter::new(Once { file: writer, failed: false }));
        Ok(Self { target: target.to_owned(), end, replace, file, zip, entries: Vec::new() })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// When a capsule takes no such name or not as much, or the disk does not take it.
    pub fn add(&mut self, name: EntryName, bytes: &[u8]) -> Result<(), CapsuleError> {
        self.add_as(name, bytes, false)
    }

    /// Adds an entry that may be a program where it is unpacked.
    ///
    /// # Errors
    /// As [`Packer::add`].
    pub fn add_as(&mut self, name: EntryName, bytes: &[u8], executable: bool) -> Result<(), CapsuleError> {
        self.check_room(&name, bytes.len() as u64)?;
        self.write(name.as_str(), bytes, if executable { 0o755 } else { 0o644 })?;
        self.entries.push(CapsuleEntry {
            name,
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
            executable,
        });
        Ok(())
    }

    /// Writes the list and its checksum, waits until all is on the disk, and gives the file its name.
    ///
    /// # Errors
    /// When the disk does not take it, or the target has come into being meanwhile and is not to be replaced.
    pub fn finish(mut self, head: Head) -> Result<Packed, CapsuleError> {
        let entries = std::mem::take(&mut self.entries);
        let contents = Contents { capsule_version: CAPSULE_VERSION, head, entries };
        let failed = |source: io::Error| CapsuleError::Write { path: self.target.clone(), source };
        let list = serde_json::to_vec_pretty(&contents).map_err(|error| failed(error.into()))?;
        self.write(CONTENTS, &list, 0o644)?;
        self.write(SUM, format!("{}  {CONTENTS}\n", sha256(&list)).as_bytes(), 0o644)?;

        let Self { target, end, replace, mut file, zip, .. } = self;
        let failed = |source: io::Error| CapsuleError::Write { path: target.clone(), source };
        zip.finish().map_err(plain).and_then(|mut writer| writer.flush()).map_err(failed)?;
        let bytes = file.as_file().metadata().map_err(failed)?.len();
        if bytes > limits::FILE {
            let (name, what) = (target.display().to_string(), "it has bytes:");
            return Err(CapsuleError::Overfull { name, what, found: bytes, limit: limits::FILE });
        }
        file.as_file_mut().rewind().map_err(failed)?;
        let sha256 = sha256_of(file.as_file_mut()).map_err(failed)?;
        if replace {
            file.replace(&end).map_err(failed)?;
        } else if file.name_first([end]).map_err(failed)?.is_none() {
            return Err(CapsuleError::Exists { path: target });
        }
        Ok(Packed { contents, bytes, sha256 })
    }

    fn check_room(&self, name: &EntryName, bytes: u64) -> Result<(), CapsuleError> {
        let overfull = |what, found, limit| {
            if found <= limit {
                return Ok(());
            }
            Err(CapsuleError::Overfull { name: name.to_string(), what, found, limit })
        };
        let together = self.entries.iter().map(|entry| entry.bytes).sum::<u64>() + bytes;
        overfull("it has bytes:", bytes, limits::ENTRY)?;
        // The list and its checksum are entries too.
        overfull("it would be one of entries:", self.entries.len() as u64 + 3, limits::ENTRIES)?;
        overfull(
            "with it there would be bytes together:",
            together,
            limits::TOTAL - limits::CONTENTS - limits::SUM,
        )?;
        if self.entries.iter().any(|entry| entry.name.folded() == name.folded()) {
            let path = self.target.clone();
            return Err(CapsuleError::Twice { path, name: name.to_string() });
        }
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8], mode: u32) -> Result<(), CapsuleError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let written = self.zip.start_file(name, options.unix_permissions(mode)).map_err(plain);
        written
            .and_then(|()| self.zip.write_all(bytes))
            .map_err(|source| CapsuleError::Write { path: self.target.clone(), source })
    }
}

/// A file whose first failure is the last: an archive that is given up is ended by its library all the same, which would
/// tell a second one to standard error.
#[derive(Debug)]
struct Once {
    file: File,
    failed: bool,
}

impl Write for Once {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes);
        self.failed = written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Once {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn plain(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}
