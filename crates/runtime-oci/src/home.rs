use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use plimsoll_model::FolderGrant;
use plimsoll_runtime::{Owner, OwnerFolder};

use crate::OciError;

/// The program in a container's root.
pub(crate) const PROGRAM: &str = "/workload";
const ROOT: &str = "rootfs";
const STATE: &str = "state";
/// What a runtime finds there in images, too: it mounts on some of it.
const EMPTY: [&str; 5] = ["proc", "dev", "sys", "tmp", "etc"];

/// A folder with the one root of all containers of a workload, the runtime's state and each container's bundle.
#[derive(Debug)]
pub(crate) struct Home(OwnerFolder);

impl Home {
    /// Makes it with this program in the root, and the places of folders that are granted.
    pub(crate) fn make(owner: &Owner, program: &[u8], grants: &[FolderGrant]) -> Result<Self, OciError> {
        let home = Self(OwnerFolder::create(owner)?);
        for name in EMPTY {
            made(&home.root().join(name))?;
        }
        made(&home.state())?;
        for grant in grants {
            let inner = Path::new(&grant.to).strip_prefix("/").unwrap_or(Path::new(""));
            if inner.components().all(|part| matches!(part, Component::Normal(_))) {
                made(&home.root().join(inner))?;
            }
        }
        write_program(&home.program(), program)?;
        Ok(home)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.file(ROOT)
    }

    /// The program in it, as it lies on this host.
    pub(crate) fn program(&self) -> PathBuf {
        self.root().join(PROGRAM.trim_start_matches('/'))
    }

    /// Where the runtime keeps what it knows of its containers.
    pub(crate) fn state(&self) -> PathBuf {
        self.0.file(STATE)
    }

    /// Makes an empty bundle: the container's name, which no other one has here, and the folder.
    pub(crate) fn bundle(&self) -> Result<(String, PathBuf), OciError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("plimsoll-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = self.0.file(&name);
        made(&folder)?;
        Ok((name, folder))
    }

    pub(crate) fn remove(self) -> Result<(), OciError> {
        Ok(self.0.remove()?)
    }
}

fn made(folder: &Path) -> Result<(), OciError> {
    fs::create_dir_all(folder).map_err(|source| OciError::Write { path: folder.to_owned(), source })
}

/// A file that can be executed.
pub(crate) fn write_program(path: &Path, content: &[u8]) -> Result<(), OciError> {
    let written =
        fs::write(path, content).and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)));
    written.map_err(|source| OciError::Write { path: path.to_owned(), source })
}
