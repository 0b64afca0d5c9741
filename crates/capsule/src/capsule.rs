use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use plimsoll_files::{Digest, Unread, open_file, sha256, sha256_of};
use plimsoll_model::{Run, Slug};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zip::ZipArchive;
use zip::read::ZipReadOptions;
use zip::result::ZipError;

use crate::contents::{CONTENTS, SUM, WORKLOADS, of_workload};
use crate::error::too_much;
use crate::{CAPSULE_VERSION, CapsuleEntry, CapsuleError, Contents, directory, limits};

/// Bytes that are unpacked at a time.
const STEP: usize = 64 << 10;

/// A capsule of which every entry was found to be what its list says.
#[derive(Debug)]
pub struct Capsule {
    archive: Archive,
    contents: Contents,
    bytes: u64,
    sha256: String,
}

/// Whether a file is to be read as a capsule: by its ending, else by how it begins.
#[must_use]
pub fn is_capsule(path: &Path) -> bool {
    let Ok(mut file) = open_file(path) else { return false };
    let mut begin = [0; directory::BEGIN.len()];
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("plimsoll"))
        || file.read_exact(&mut begin).is_ok_and(|()| begin == directory::BEGIN)
}

impl Capsule {
    /// Opens a capsule and checks all of it.
    ///
    /// # Errors
    /// When it can't be read, is none, is of a later format, breaks a limit, has an entry whose name leads elsewhere,
    /// or an entry is not what the list says: with the entry, what was expected and what was found.
    pub fn open(path: &Path) -> Result<Self, CapsuleError> {
        let read = |source| CapsuleError::Read { path: path.to_owned(), source };
        let mut file = open_file(path).map_err(|why| match why {
            Unread::NoFile => CapsuleError::NotAFile { path: path.to_owned() },
            why => read(why.into()),
        })?;
        let bytes = file.metadata().map_err(read)?.len();
        match bytes {
            0 => return Err(CapsuleError::Empty { path: path.to_owned() }),
            1..=limits::FILE => {}
            _ => return Err(too_much(path, "it has bytes:", bytes, limits::FILE)),
        }
        let count = directory::check(path, &mut file, bytes)?;
        let sha256 = digest(&mut file).map_err(read)?;
        let mut archive = Archive::new(path, file, count)?;
        let contents = archive.contents()?;
        archive.check_names(&contents)?;
        for entry in &contents.entries {
            archive.unpack(entry, &mut io::sink())?;
        }
        Ok(Self { archive, contents, bytes, sha256 })
    }

    /// What it holds.
    #[must_use]
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Its length in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 (hex) of the whole file, to be compared with what the one who packed it says.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Checks that this is the capsule of a run: its own, and with the workloads that it measured.
    ///
    /// # Errors
    /// With the first thing that is not what the run says.
    pub fn check(&self, run: &Run) -> Result<(), CapsuleError> {
        let contradiction = |what| CapsuleError::Contradiction { path: self.archive.path.clone(), what };
        if self.contents.head.run != run.id {
            let packed = &self.contents.head.run;
            return Err(contradiction(format!("its list says run `{packed}`, and its run is `{}`", run.id)));
        }
        if !self.contents.has_workloads() {
            return Ok(());
        }
        for workload in &run.plan.workloads {
            let manifest = format!("{WORKLOADS}{workload}/workload.toml");
            self.contents.entry(&manifest).ok_or_else(|| self.archive.missing(&manifest))?;
        }
        for workload in &run.workloads {
            for (file, expected) in &workload.digests {
                let name = of_workload(&workload.name, file);
                let name = name.map_err(|fault| {
                    contradiction(format!("its run names a file that it can't hold: {fault}"))
                })?;
                let entry =
                    self.contents.entry(name.as_str()).ok_or_else(|| self.archive.missing(name.as_str()))?;
                if entry.sha256 != *expected {
                    let found = &entry.sha256;
                    return Err(contradiction(format!(
                        "its run measured `{name}` with SHA-256 {expected}, and it holds {found}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// An entry's bytes.
    ///
    /// # Errors
    /// When there is no such entry, or the file was changed since it was opened.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, CapsuleError> {
        let entry = self.contents.entry(name).ok_or_else(|| self.archive.missing(name))?;
        let mut bytes = Vec::new();
        self.archive.unpack(entry, &mut bytes)?;
        Ok(bytes)
    }

    /// Writes a workload's files into a folder of its name, which is made in the folder that is given. Nobody else may
    /// be able to write there.
    ///
    /// # Errors
    /// When something is there already or can't be written, or the capsule was changed since it was opened.
    pub fn unpack_workload(&mut self, workload: &Slug, into: &Path) -> Result<PathBuf, CapsuleError> {
        let folder = into.join(workload.as_str());
        let within = format!("{WORKLOADS}{workload}/");
        for entry in &self.contents.entries {
            let Some(file) = entry.name.as_str().strip_prefix(&within) else { continue };
            let target = folder.join(file);
            let failed = |source| CapsuleError::Write { path: target.clone(), source };
            fs::create_dir_all(target.parent().unwrap_or(&folder)).map_err(failed)?;
            let mut opened = File::options().write(true).create_new(true).open(&target).map_err(failed)?;
            self.archive.unpack(entry, &mut opened)?;
            if entry.executable {
                make_executable(&opened).map_err(failed)?;
            }
        }
        Ok(folder)
    }
}

/// The archive behind a capsule.
#[derive(Debug)]
struct Archive {
    path: PathBuf,
    zip: ZipArchive<File>,
}

impl Archive {
    fn new(path: &Path, file: File, count: usize) -> Result<Self, CapsuleError> {
        let damaged = |what| CapsuleError::Damaged { path: path.to_owned(), what };
        let zip = ZipArchive::new(file).map_err(|error| damaged(error.to_string()))?;
        if zip.len() != count {
            return Err(damaged(format!("it lists {count} entries and has {}", zip.len())));
        }
        Ok(Self { path: path.to_owned(), zip })
    }

    /// The list of entries, which must be what its checksum says.
    fn contents(&mut self) -> Result<Contents, CapsuleError> {
        if self.zip.index_for_name(CONTENTS).is_none() {
            return Err(CapsuleError::NotACapsule { path: self.path.clone() });
        }
        let sum = self.listless(SUM, limits::SUM)?;
        let list = self.listless(CONTENTS, limits::CONTENTS)?;
        let found = format!("{}  {CONTENTS}\n", sha256(&list));
        if found.as_bytes() != sum {
            let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
            let expected = crate::error::shown(&first(&String::from_utf8_lossy(&sum)));
            return Err(self.tampered(CONTENTS, "SHA-256", expected, first(&found)));
        }
        let Version { capsule_version: version } = self.parse(&list)?;
        let path = self.path.clone();
        match version {
            0 => Err(CapsuleError::UnknownFormat { path, found: version }),
            CAPSULE_VERSION => self.parse(&list),
            _ => Err(CapsuleError::Newer { path, found: version, known: CAPSULE_VERSION }),
        }
    }

    fn parse<T: DeserializeOwned>(&self, list: &[u8]) -> Result<T, CapsuleError> {
        serde_json::from_slice(list).map_err(|source| CapsuleError::Contents {
            path: self.path.clone(),
            entry: CONTENTS,
            line: source.line(),
            column: source.column(),
            source,
        })
    }

    /// What is there must be listed, and what is listed must be there, once.
    fn check_names(&self, contents: &Contents) -> Result<(), CapsuleError> {
        let path = || self.path.clone();
        let mut listed = BTreeSet::from([CONTENTS, SUM]);
        for entry in &contents.entries {
            if !listed.insert(entry.name.as_str()) {
                return Err(CapsuleError::Twice { path: path(), name: entry.name.to_string() });
            }
            if self.zip.index_for_name(entry.name.as_str()).is_none() {
                return Err(self.missing(entry.name.as_str()));
            }
        }
        let together = contents.entries.iter().map(|entry| entry.bytes).fold(0, u64::saturating_add);
        if together > limits::TOTAL {
            return Err(too_much(&self.path, "its entries have bytes together:", together, limits::TOTAL));
        }
        match self.zip.file_names().find(|name| !listed.contains(name)) {
            Some(name) => Err(CapsuleError::Unlisted { path: path(), entry: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Unpacks an entry that no list can vouch for.
    fn listless(&mut self, name: &'static str, limit: u64) -> Result<Vec<u8>, CapsuleError> {
        let mut bytes = Vec::new();
        let copied = self.copy(name, limit, &mut bytes)?;
        if copied.bytes > limit {
            return Err(too_much(&self.path, format!("its entry `{name}` has bytes:"), copied.bytes, limit));
        }
        Ok(bytes)
    }

    /// Unpacks an entry and compares it with the list. What was written is to be thrown away after an error.
    fn unpack(&mut self, entry: &CapsuleEntry, to: &mut dyn Write) -> Result<(), CapsuleError> {
        let name = entry.name.as_str();
        if entry.bytes > limits::ENTRY {
            return Err(too_much(
                &self.path,
                format!("its entry `{name}` has bytes:"),
                entry.bytes,
                limits::ENTRY,
            ));
        }
        let copied = self.copy(name, entry.bytes, to)?;
        if copied.bytes != entry.bytes {
            let more = copied.bytes > entry.bytes;
            let found = if more { "more".to_owned() } else { copied.bytes.to_string() };
            return Err(self.tampered(name, "length in bytes", entry.bytes.to_string(), found));
        }
        if copied.sha256 != entry.sha256 {
            return Err(self.tampered(name, "SHA-256", entry.sha256.clone(), copied.sha256));
        }
        Ok(())
    }

    /// Unpacks an entry until its end, or until it has more bytes than it may.
    fn copy(&mut self, name: &str, most: u64, to: &mut dyn Write) -> Result<Copied, CapsuleError> {
        let path = self.path.clone();
        let failed =
            |source: ZipError| CapsuleError::Unpack { path: path.clone(), entry: name.to_owned(), source };
        let Some(at) = self.zip.index_for_name(name) else { return Err(self.missing(name)) };
        // The list's SHA-256 says more than the archive's CRC, and says what was expected.
        let options = ZipReadOptions::new().ignore_crc32(true);
        let mut file = self.zip.by_index_with_options(at, options).map_err(failed)?;
        let mut digest = Digest::default();
        let mut bytes = 0;
        let mut step = vec![0; STEP];
        while bytes <= most {
            let read = match file.read(&mut step) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error.into())),
            };
            bytes += read as u64;
            digest.add(&step[..read]);
            to.write_all(&step[..read])
                .map_err(|source| CapsuleError::Write { path: name.into(), source })?;
        }
        Ok(Copied { bytes, sha256: digest.sha256() })
    }

    fn missing(&self, entry: &str) -> CapsuleError {
        CapsuleError::Missing { path: self.path.clone(), entry: entry.to_owned() }
    }

    fn tampered(&self, entry: &str, what: &'static str, expected: String, found: String) -> CapsuleError {
        CapsuleError::Tampered { path: self.path.clone(), entry: entry.to_owned(), what, expected, found }
    }
}

/// What was unpacked of an entry: all of it, or one step more than it may have.
struct Copied {
    bytes: u64,
    sha256: String,
}

/// The one field that every format has.
#[derive(Deserialize)]
struct Version {
    capsule_version: u32,
}

/// As the one who packed it had it, for whoever builds an image of it.
#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}

fn digest(file: &mut File) -> io::Result<String> {
    file.rewind()?;
    let digest = sha256_of(&mut *file)?;
    file.rewind()?;
    Ok(digest)
}
