//! A capsule with its run: what showing, opening and replaying it have in common.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use plimsoll_capsule::{Capsule, RUN};
use plimsoll_format::plain;
use plimsoll_model::Run;
use plimsoll_store::{Provenance, State, read_bytes};

use crate::Error;
use crate::shown::Shown;

/// A capsule that was checked, and the run in it.
pub(crate) struct Held {
    pub(crate) path: PathBuf,
    pub(crate) capsule: Capsule,
    pub(crate) run: Run,
    /// The run's file, as it was packed.
    pub(crate) bytes: Vec<u8>,
    /// What a reader should know, each in a sentence.
    pub(crate) notes: Vec<String>,
}

/// Opens a capsule and checks all of it, and that the run in it is the one that it says.
pub(crate) fn open(path: &Path) -> Result<Held, Error> {
    let mut capsule = Capsule::open(path)?;
    let bytes = capsule.read(RUN)?;
    let (run, read) = read_bytes(&path.join(RUN), &bytes)?;
    capsule.check(&run)?;
    let mut notes = origin(&capsule, &run, path).to_vec();
    notes.extend(read.iter().map(ToString::to_string));
    if !capsule.contents().has_workloads() {
        notes.push("the capsule holds no workloads: its run can be read, but not run again".to_owned());
    }
    Ok(Held { path: path.to_owned(), capsule, run, bytes, notes })
}

impl Held {
    /// As a run that was opened.
    pub(crate) fn shown(self) -> Shown {
        let state = if self.run.end.is_some() { State::Finished } else { State::Unfinished };
        Shown { run: self.run, path: self.path, state, notes: self.notes }
    }

    /// Where the run came from, for the store.
    pub(crate) fn origin(&self) -> Provenance {
        Provenance {
            capsule: file_name(&self.path),
            sha256: self.capsule.sha256().to_owned(),
            opened_at: Timestamp::now(),
        }
    }
}

/// In a stranger's words, but for the checksum.
fn origin(capsule: &Capsule, run: &Run, path: &Path) -> [String; 2] {
    let head = &capsule.contents().head;
    let host: Vec<&str> =
        std::iter::once(run.site.host.arch.as_str()).chain(run.site.host.cpu_model.as_deref()).collect();
    let whence = format!(
        "this run came from elsewhere, in the capsule `{}`: measured on {}, packed by {} on {}",
        file_name(path),
        plain(&host.join(", ")),
        plain(&head.packed_by),
        head.packed_at.strftime("%Y-%m-%d"),
    );
    let proven = format!(
        "all of it is as it was packed; who packed it, no checksum tells: compare its SHA-256 with what its sender says, {}",
        capsule.sha256(),
    );
    [whence, proven]
}

fn file_name(path: &Path) -> String {
    plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
}
