use std::io;
use std::path::PathBuf;

use zip::result::ZipError;

use crate::{NameFault, limits};

/// Why a capsule could not be written or is refused.
#[derive(Debug, thiserror::Error)]
pub enum CapsuleError {
    /// It could not be read.
    #[error("could not read `{}`: check that it is there and that you may read it", path.display())]
    Read {
        /// The capsule.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no ordinary file.
    #[error("`{}` is no file: name a capsule's file", path.display())]
    NotAFile {
        /// What it is.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error("`{}` is empty: use another copy of it", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("`{}` is no capsule: `plimsoll pack` makes one of a run, `plimsoll show` reads a run's own file", path.display())]
    NotACapsule {
        /// The file.
        path: PathBuf,
    },
    /// It begins like a capsule and does not end like one.
    #[error("`{}` does not end like a capsule, after {bytes} bytes: it was cut short or something was added, use another copy of it", path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// How many there are.
        bytes: u64,
    },
    /// Its structure is wrong.
    #[error("`{}` is damaged: {what}. Use another copy of it", path.display())]
    Damaged {
        /// The capsule.
        path: PathBuf,
        /// What is wrong, in words.
        what: String,
    },
    /// It could not be unpacked.
    #[error("entry `{entry}` of `{}` can't be unpacked: the capsule is damaged, use another copy of it", path.display())]
    Unpack {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        entry: String,
        /// Why.
        source: ZipError,
    },
    /// It is of a later format.
    #[error("`{}` needs a newer Plimsoll: it is in capsule format {found}, this one reads up to {known}", path.display())]
    Newer {
        /// The capsule.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The last format that this build reads.
        known: u32,
    },
    /// It is of a format that never was.
    #[error("`{}` is in capsule format {found}, which no Plimsoll ever wrote: use another copy of it", path.display())]
    UnknownFormat {
        /// The capsule.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// It holds more than a capsule may.
    #[error("`{}` is refused: {what} {found}, and a capsule at most {limit}. It was not made by `plimsoll pack`", path.display())]
    TooMuch {
        /// The capsule.
        path: PathBuf,
        /// What there is too much of, with its verb.
        what: String,
        /// How much there is, or how much was seen before the reading was given up.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// An entry's name leads elsewhere or can't be told.
    #[error("`{}` is refused: the name of its entry `{name}` is not one that a capsule has. It was not made by `plimsoll pack`", path.display())]
    BadName {
        /// The capsule.
        path: PathBuf,
        /// The name, with everything unseen written out.
        name: String,
        /// Which rule it breaks.
        source: NameFault,
    },
    /// An entry is a link, a folder or secret.
    #[error("`{}` is refused: its entry `{name}` is {what}, and a capsule holds files alone. It was not made by `plimsoll pack`", path.display())]
    NotAnEntry {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// Two entries have one name.
    #[error("`{}` is refused: it has two entries `{name}`, or two that differ by case alone. It was not made by `plimsoll pack`", path.display())]
    Twice {
        /// The capsule.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Something that is listed is not there.
    #[error("`{}` has no entry `{entry}`: it is damaged or was tampered with, use another copy of it", path.display())]
    Missing {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        entry: String,
    },
    /// Something is there that is not listed.
    #[error("`{}` has an entry `{entry}` that its own list does not name: it was tampered with, use another copy of it", path.display())]
    Unlisted {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        entry: String,
    },
    /// An entry is not what the list says.
    #[error("entry `{entry}` of `{}` is not what was packed: its {what} should be {expected} and is {found}. The capsule is damaged or was tampered with, use another copy of it", path.display())]
    Tampered {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        entry: String,
        /// What differs.
        what: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// What it holds and its run say different things.
    #[error("`{}` contradicts itself: {what}. It was tampered with, use another copy of it", path.display())]
    Contradiction {
        /// The capsule.
        path: PathBuf,
        /// Who says what.
        what: String,
    },
    /// The list can't be read.
    #[error("entry `{entry}` of `{}` is not what a capsule holds there, at line {line}, column {column}: use another copy of it", path.display())]
    Contents {
        /// The capsule.
        path: PathBuf,
        /// The entry.
        entry: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// Something is there already.
    #[error("`{}` is there already: name another file, or replace it with `--force`", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The folder to write into is not there.
    #[error("there is no folder `{}` to write into: make it, or name another one", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// It could not be written.
    #[error("could not write `{}`: {}", path.display(), way_out(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something is not to be packed.
    #[error("`{name}` can't be packed: rename it")]
    Unpackable {
        /// Its name in the capsule.
        name: String,
        /// Which rule it breaks.
        source: NameFault,
    },
    /// Something is too large to be packed.
    #[error("`{name}` can't be packed: {what} {found}, and a capsule at most {limit}")]
    Overfull {
        /// Its name in the capsule.
        name: String,
        /// What there is too much of, with its verb.
        what: &'static str,
        /// How much there would be.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
}

fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space, or name a file elsewhere"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "its folder may not be written to: name a file elsewhere"
        }
        _ => "check its folder, or name a file elsewhere",
    }
}

impl CapsuleError {
    /// Whether it is a wrong wish, rather than a wrong file or machine.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Exists { .. } | Self::NoFolder { .. } | Self::NotAFile { .. } => true,
            Self::Read { source, .. } => source.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }
}

/// More than [`limits::ENTRIES`] or the like.
pub(crate) fn too_much(
    path: &std::path::Path,
    what: impl Into<String>,
    found: u64,
    limit: u64,
) -> CapsuleError {
    CapsuleError::TooMuch { path: path.to_owned(), what: what.into(), found, limit }
}

/// A name as it can be shown, whatever is in it.
pub(crate) fn shown(name: &str) -> String {
    let shown: String = name.chars().take(limits::NAME).flat_map(char::escape_debug).collect();
    if shown.len() < name.len() && name.chars().count() > limits::NAME {
        format!("{shown}…")
    } else {
        shown
    }
}
