use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::FolderError;
use crate::Owner;

/// How our folders' names begin; the owner's label and a number follow.
const PREFIX: &str = "plimsoll-folders-";

/// Told apart within this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder of an owner's that only this user can enter, e.g. with the copies of one instance. What is in it may be open to
/// all: an engine mounts it from within. Removed when dropped; after a crash, by [`sweep_copies`](crate::sweep_copies).
#[derive(Debug)]
pub struct OwnerFolder {
    path: PathBuf,
}

impl OwnerFolder {
    /// Makes one in the temporary folder.
    ///
    /// # Errors
    /// When that can't be done.
    pub fn create(owner: &Owner) -> Result<Self, FolderError> {
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

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes it with all that is in it.
    ///
    /// # Errors
    /// When something of it can't be removed.
    pub fn remove(self) -> Result<(), FolderError> {
        fs::remove_dir_all(&self.path).map_err(|source| FolderError::Left { path: self.path.clone(), source })
    }
}

impl Drop for OwnerFolder {
    fn drop(&mut self) {
        // Gone already after `remove`; what can't be removed here is left to the next sweep.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The owner's label in the name of a folder.
pub(crate) fn label_of(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)?.rsplit_once('-').map(|(label, _)| label)
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
}
