use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::FolderError;
use crate::{Owner, Swept};

/// How our folders' names begin; the owner's label and a number follow.
const PREFIX: &str = "plimsoll-folders-";

/// Told apart within this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder that only this user can enter, with the copies of one instance. What is in them may be open to all: an engine
/// mounts them from within.
#[derive(Debug)]
pub(super) struct Copies {
    path: PathBuf,
}

impl Copies {
    pub(super) fn create(owner: &Owner) -> Result<Self, FolderError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("{PREFIX}{}-{number}", owner.label()));
        // Fails where the name is taken: a folder that somebody else has made is never used.
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|source| FolderError::Ground { path: path.clone(), source })?;
        Ok(Self { path })
    }

    /// Where the copy of this number lies.
    pub(super) fn place(&self, number: usize) -> PathBuf {
        self.path.join(number.to_string())
    }

    pub(super) fn remove(self) -> Result<(), FolderError> {
        fs::remove_dir_all(&self.path).map_err(|source| FolderError::Left { path: self.path.clone(), source })
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        // Gone already after `remove`; what can't be removed here is left to the next sweep.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the copies whose owners no longer live, and names them.
///
/// # Errors
/// When one can't be removed.
pub fn sweep_copies(swept: &mut Swept) -> Result<(), FolderError> {
    sweep_in(&std::env::temp_dir(), swept)
}

fn sweep_in(parent: &Path, swept: &mut Swept) -> Result<(), FolderError> {
    let unread = |source| FolderError::Ground { path: parent.to_owned(), source };
    for folder in fs::read_dir(parent).map_err(unread)?.flatten() {
        let path = folder.path();
        let named = || format!("folder `{}`", path.display());
        let name = folder.file_name();
        let label = name.to_str().and_then(label_of).filter(|_| is_our_folder(&path));
        if label.is_some_and(|label| swept.may_go(label, named)) {
            match fs::remove_dir_all(&path) {
                // Another family's sweep may have been quicker.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(FolderError::Left { path, source }),
                Ok(()) => swept.removed.push(named()),
            }
        }
    }
    Ok(())
}

/// The owner's label in the name of a folder.
fn label_of(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)?.rsplit_once('-').map(|(label, _)| label)
}

/// Anybody may put a name like ours into a shared temporary folder: a link, or a folder of theirs, is not ours.
fn is_our_folder(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_dir() && found.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{FolderGrant, RunId};

    use super::*;
    use crate::GivenFolders;

    #[test]
    fn an_instance_has_its_own_copy_and_the_user_s_folder_stays_as_it_is() {
        let users = tempfile::tempdir().unwrap();
        fs::write(users.path().join("a"), "a").unwrap();
        let grant = |to: &str, write| FolderGrant { from: users.path().to_owned(), to: to.to_owned(), write };
        let owner = Owner::current(RunId::known("copies"));
        let mut given = GivenFolders::make(&[grant("/in", false), grant("/out", true)], &owner).unwrap();
        let [read, copy] = given.all() else { panic!("two folders") };
        assert_eq!(read.at, users.path());
        let written = copy.at.join("b");
        fs::write(&written, "b").unwrap();
        assert!(copy.at.join("a").is_file() && !users.path().join("b").exists());
        given.renew().unwrap();
        assert!(!written.exists());
        assert_eq!(given.copies().len(), 1);
        given.remove().unwrap();
        assert!(!written.parent().unwrap().parent().unwrap().exists());
    }

    #[test]
    fn a_sweep_removes_what_dead_owners_left_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let living = Owner::current(RunId::known("run"));
        let dead = Owner { started_ticks: living.started_ticks + 1, ..living.clone() };
        let make = |owner: &Owner| {
            let path = parent.path().join(format!("{PREFIX}{}-0", owner.label()));
            fs::create_dir_all(path.join("0")).unwrap();
            path
        };
        let (kept, left) = (make(&living), make(&dead));
        let mut swept = Swept::default();
        sweep_in(parent.path(), &mut swept).unwrap();
        assert_eq!(swept.removed, [format!("folder `{}`", left.display())]);
        assert!(kept.is_dir() && !left.exists());
    }
}
