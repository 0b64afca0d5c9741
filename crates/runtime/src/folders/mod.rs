//! Folders as an instance is given them: the user's own where they are only read, and copies of its own where it may write.

mod copies;
mod written;

use std::path::PathBuf;

use plimsoll_files::{BadTree, Tree};
use plimsoll_model::{FailureKind, FolderGrant};

use crate::{Owner, RuntimeError};

pub use copies::OwnerFolder;
pub(crate) use copies::label_of as copies_of;
pub use written::{Unwritten, read_written};

/// One folder of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenFolder {
    /// Its absolute path as the instance sees it.
    pub to: String,
    /// Where it lies on this host, absolute.
    pub at: PathBuf,
    /// Whether the instance may write into it: then it is a copy.
    pub write: bool,
}

/// All folders of one instance. Its copies are removed when it is dropped; after a crash, by [`sweep_copies`](crate::sweep_copies).
#[derive(Debug, Default)]
pub struct GivenFolders {
    folders: Vec<GivenFolder>,
    grants: Vec<FolderGrant>,
    copies: Option<OwnerFolder>,
}

/// Why folders can't be given, or their copies not be taken away.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A folder that may be written can't be copied for an instance.
    #[error("could not copy the folder that an instance sees as `{to}`: {source}")]
    Copy {
        /// Its path as the instance sees it.
        to: String,
        /// What is wrong.
        source: BadTree,
    },
    /// The folder of the copies can't be made or read.
    #[error("could not use the folder `{}` for copies: free some space there, or name another in `TMPDIR`", path.display())]
    Ground {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A copy can't be removed.
    #[error(
        "could not remove the copy `{}` that an instance wrote into, perhaps as another user: remove it as that user, or as \
         root",
        path.display()
    )]
    Left {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl From<FolderError> for RuntimeError {
    fn from(error: FolderError) -> Self {
        Self::backend(FailureKind::Other, error)
    }
}

impl GivenFolders {
    /// Makes what is granted ready for one instance: before the clock starts.
    ///
    /// # Errors
    /// When a folder that may be written can't be copied. Nothing is left behind.
    pub fn make(grants: &[FolderGrant], owner: &Owner) -> Result<Self, FolderError> {
        let copies = match grants.iter().any(|grant| grant.write) {
            true => Some(OwnerFolder::create(owner)?),
            false => None,
        };
        let folders = grants.iter().enumerate().map(|(number, grant)| GivenFolder {
            to: grant.to.clone(),
            at: match copies.as_ref().filter(|_| grant.write) {
                Some(copies) => copies.place(number),
                None => grant.from.clone(),
            },
            write: grant.write,
        });
        let given = Self { folders: folders.collect(), grants: grants.to_vec(), copies };
        given.fill()?;
        Ok(given)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[GivenFolder] {
        &self.folders
    }

    /// Those that may be written.
    #[must_use]
    pub fn copies(&self) -> Vec<GivenFolder> {
        self.folders.iter().filter(|folder| folder.write).cloned().collect()
    }

    /// Makes the copies anew in their places, for another instance: it sees nothing of what the last one wrote.
    ///
    /// # Errors
    /// When that can't be done.
    pub fn renew(&self) -> Result<(), FolderError> {
        for folder in self.folders.iter().filter(|folder| folder.write) {
            let left = |source| FolderError::Left { path: folder.at.clone(), source };
            std::fs::remove_dir_all(&folder.at).map_err(left)?;
        }
        self.fill()
    }

    /// Takes the copies away.
    ///
    /// # Errors
    /// When one can't be removed.
    pub fn remove(&mut self) -> Result<(), FolderError> {
        self.copies.take().map_or(Ok(()), OwnerFolder::remove)
    }

    fn fill(&self) -> Result<(), FolderError> {
        for (grant, folder) in self.grants.iter().zip(&self.folders).filter(|(grant, _)| grant.write) {
            let made = std::fs::create_dir(&folder.at);
            made.map_err(|source| FolderError::Ground { path: folder.at.clone(), source })?;
            let copied = Tree::read(&grant.from).and_then(|tree| tree.copy_for_all_to(&folder.at));
            copied.map_err(|source| FolderError::Copy { to: grant.to.clone(), source })?;
        }
        Ok(())
    }
}
