use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use plimsoll_model::Run;
use rayon::prelude::*;

use crate::bytes::read;
use crate::endings::{FILE, JOURNAL, LABEL, ORIGIN, UNFINISHED};
use crate::error::StoreError;
use crate::follow::Follower;
use crate::journal::Journal;
use crate::label::Label;
use crate::listing::Listed;
use crate::lock::is_locked;
use crate::open::{open, read_bytes};
use crate::opened::{Note, Opened};
use crate::origin::Provenance;
use crate::{beside, journal, label, listing};

/// The folder of runs that can still be restored, in the store's own.
const TRASH: &str = "trash";

/// The folder that runs are kept in: `<id>.json`, and `<id>.journal` while one goes on.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in this folder, which is made when the first run begins.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The user's store: `plimsoll/runs` in the XDG data folder.
    ///
    /// # Errors
    /// When the system knows no home folder.
    pub fn of_user() -> Result<Self, StoreError> {
        Ok(Self::at(etcetera::choose_base_strategy()?.data_dir().join("plimsoll").join("runs")))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins a run: makes the folder and writes the journal's first line. What a killed process left of a
    /// half-written file is removed first: its journal holds the same.
    ///
    /// # Errors
    /// When the folder can't be made or written to, or a run of this identity is there already.
    pub fn begin(&self, run: &Run) -> Result<Journal, StoreError> {
        let write = |source| StoreError::Write { path: self.folder.clone(), source };
        fs::create_dir_all(&self.folder).map_err(write)?;
        self.remove_half_written()?;
        let id = run.id.as_str();
        if self.path(id, FILE).exists() {
            return Err(StoreError::Exists { id: id.to_owned(), folder: self.folder.clone() });
        }
        Journal::begin(&self.path(id, JOURNAL), run)
    }

    /// Opens a run by its identity, by a beginning of it that only one run has, or by a path.
    ///
    /// # Errors
    /// When there is none or more than one, or it can't be read: with the file, the place and the way out.
    pub fn open(&self, name: impl AsRef<Path>) -> Result<Opened, StoreError> {
        let mut opened = open(&self.locate(name)?)?;
        if opened.path.parent() == Some(&self.folder) {
            // One that can't be read takes nothing from the run.
            let origin = beside::read(&opened.path.with_extension(ORIGIN)).unwrap_or_default();
            opened.notes.extend(origin.map(Note::FromElsewhere));
        }
        Ok(opened)
    }

    /// Opens several runs side by side, in this order.
    ///
    /// # Errors
    /// As [`Self::open`], of one of those that can't be opened.
    pub fn open_all(&self, names: &[impl AsRef<Path> + Sync]) -> Result<Vec<Opened>, StoreError> {
        names.par_iter().map(|name| self.open(name)).collect()
    }

    /// Keeps a run that was measured elsewhere, given as the bytes of its file, and returns where. A run that is here
    /// already with the same bytes stays what it was.
    ///
    /// # Errors
    /// When the bytes are no run (`named` stands for them), another run of its identity is here, or it can't be written.
    pub fn keep(&self, named: &Path, bytes: &[u8], origin: &Provenance) -> Result<PathBuf, StoreError> {
        let (run, _) = read_bytes(named, bytes)?;
        let id = run.id.as_str();
        let path = self.path(id, FILE);
        if self.ids()?.contains(id) {
            return match read(&path) {
                Ok(here) if here == bytes => Ok(path),
                _ => Err(StoreError::Other { id: id.to_owned(), folder: self.folder.clone() }),
            };
        }
        let write = |source| StoreError::Write { path: self.folder.clone(), source };
        fs::create_dir_all(&self.folder).map_err(write)?;
        self.remove_half_written()?;
        // First, so that the run never stands there as one of this machine's own.
        let beside = self.path(id, ORIGIN);
        beside::write(&beside, origin)?;
        let kept = journal::write_whole(&self.path(id, UNFINISHED), &path, bytes);
        if kept.is_err() {
            let _ = fs::remove_file(&beside);
        }
        kept.map(|()| path)
    }

    /// The file of a run of that name, which need not be readable.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub fn locate(&self, name: impl AsRef<Path>) -> Result<PathBuf, StoreError> {
        let name = name.as_ref();
        // What is no text can only be a path.
        match self.resolve(&name.to_string_lossy()) {
            Ok(id) => Ok(self.found(&id)),
            Err(StoreError::NotFound { .. }) if name.exists() => Ok(name.into()),
            Err(error) => Err(error),
        }
    }

    /// Every run, the newest first; those that can't be read with their error, last. Empty where there is no
    /// folder.
    ///
    /// # Errors
    /// When the folder itself can't be read.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let paths = self.ids()?.iter().map(|id| self.found(id)).collect();
        Ok(listing::list(paths))
    }

    /// Removes a run by its identity or a beginning of it that only one run has; returns the files removed.
    ///
    /// # Errors
    /// When there is none or more than one, it still goes on, or a file can't be removed.
    pub fn remove(&self, name: &str) -> Result<Vec<PathBuf>, StoreError> {
        let id = self.resolve(name)?;
        if is_locked(&self.path(&id, JOURNAL)) {
            return Err(StoreError::StillRunning { id });
        }
        let mut removed = Vec::new();
        for path in [FILE, JOURNAL, UNFINISHED, LABEL, ORIGIN].map(|ending| self.path(&id, ending)) {
            match fs::remove_file(&path) {
                Ok(()) => removed.push(path),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(StoreError::Write { path, source }),
            }
        }
        Ok(removed)
    }

    /// Follows a run that another process measures.
    ///
    /// # Errors
    /// When it has no journal.
    pub fn follow(&self, id: &str) -> Result<Follower, StoreError> {
        Follower::open(&self.path(id, JOURNAL))
    }

    /// What the user calls a run.
    ///
    /// # Errors
    /// When there is no such run, or its label can't be read.
    pub fn label(&self, name: &str) -> Result<Label, StoreError> {
        label::read(&self.path(&self.resolve(name)?, LABEL))
    }

    /// Calls a run something else.
    ///
    /// # Errors
    /// When there is no such run, or its label can't be written.
    pub fn set_label(&self, name: &str, label: &Label) -> Result<(), StoreError> {
        label::write(&self.path(&self.resolve(name)?, LABEL), label)
    }

    /// Takes a run out of the store, from where [`Store::restore`] brings it back; returns its identity.
    ///
    /// # Errors
    /// When there is none or more than one, it still goes on, or a file can't be moved.
    pub fn discard(&self, name: &str) -> Result<String, StoreError> {
        let id = self.resolve(name)?;
        if is_locked(&self.path(&id, JOURNAL)) {
            return Err(StoreError::StillRunning { id });
        }
        let trash = Self::at(self.folder.join(TRASH));
        fs::create_dir_all(&trash.folder)
            .map_err(|source| StoreError::Write { path: trash.folder.clone(), source })?;
        move_run(self, &trash, &id)?;
        Ok(id)
    }

    /// Brings a discarded run back.
    ///
    /// # Errors
    /// When it was never discarded or is gone for good, another of its identity is here, or it can't be moved.
    pub fn restore(&self, id: &str) -> Result<(), StoreError> {
        let trash = Self::at(self.folder.join(TRASH));
        let id = trash.resolve(id)?;
        if self.ids()?.contains(&id) {
            return Err(StoreError::Exists { id, folder: self.folder.clone() });
        }
        move_run(&trash, self, &id)
    }

    /// Removes discarded runs for good.
    ///
    /// # Errors
    /// When a file can't be removed.
    pub fn empty_trash(&self) -> Result<(), StoreError> {
        let trash = Self::at(self.folder.join(TRASH));
        trash.ids()?.iter().try_for_each(|id| trash.remove(id).map(drop))
    }

    fn path(&self, id: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ending}"))
    }

    /// A run's file, or its journal where it has none: a process may be killed between writing the one and
    /// removing the other.
    fn found(&self, id: &str) -> PathBuf {
        let file = self.path(id, FILE);
        if file.exists() { file } else { self.path(id, JOURNAL) }
    }

    fn resolve(&self, name: &str) -> Result<String, StoreError> {
        let ids = self.ids()?;
        if ids.contains(name) {
            return Ok(name.to_owned());
        }
        let matches: Vec<String> =
            ids.into_iter().filter(|id| !name.is_empty() && id.starts_with(name)).collect();
        match matches.as_slice() {
            [] => Err(StoreError::NotFound { name: name.to_owned(), folder: self.folder.clone() }),
            [id] => Ok(id.clone()),
            _ => Err(StoreError::Ambiguous { name: name.to_owned(), matches }),
        }
    }

    fn ids(&self) -> Result<BTreeSet<String>, StoreError> {
        let named = self.names()?;
        let id = |name: &String| {
            let (id, ending) = name.rsplit_once('.')?;
            (!id.is_empty() && [FILE, JOURNAL].contains(&ending)).then(|| id.to_owned())
        };
        Ok(named.iter().filter_map(id).collect())
    }

    fn remove_half_written(&self) -> Result<(), StoreError> {
        for name in self.names()? {
            let Some(id) = name.strip_suffix(UNFINISHED).and_then(|id| id.strip_suffix('.')) else {
                continue;
            };
            if is_locked(&self.path(id, JOURNAL)) {
                continue;
            }
            let path = self.folder.join(&name);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::Write { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let read = |source| StoreError::Read { path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(read)?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry.map_err(read)?.file_name().into_string());
        }
        Ok(names)
    }
}

fn move_run(from: &Store, to: &Store, id: &str) -> Result<(), StoreError> {
    for ending in [LABEL, ORIGIN, JOURNAL, FILE] {
        let (old, new) = (from.path(id, ending), to.path(id, ending));
        match fs::rename(&old, &new) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(StoreError::Write { path: new, source });
            }
            _ => {}
        }
    }
    Ok(())
}
