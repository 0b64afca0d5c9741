use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use plimsoll_runtime::{Owner, Swept};
use rustix::fs::StatVfsMountFlags;

use crate::WasmtimeError;

/// How our folders' names begin; the owner's label and a number follow.
const PREFIX: &str = "plimsoll-cwasm-";

/// Told apart within this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder that only this user can enter. Removed when dropped; after a crash, by [`sweep`].
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes a folder in `parent`, named after its owner.
    pub(super) fn create(parent: &Path, owner: &Owner) -> Result<Self, WasmtimeError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("{PREFIX}{}-{number}", owner.label()));
        // Fails where the name is taken: a folder that somebody else has made is never used.
        DirBuilder::new().mode(0o700).create(&path).map_err(WasmtimeError::io("create the folder", &path))?;
        Ok(Self { path })
    }

    /// A file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file in it that holds these bytes.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, WasmtimeError> {
        let path = self.file(name);
        std::fs::write(&path, bytes).map_err(WasmtimeError::io("write", &path))?;
        Ok(path)
    }

    /// Removes it and tells whether that worked.
    pub(super) fn remove(self) -> Result<(), WasmtimeError> {
        let removed = std::fs::remove_dir_all(&self.path);
        removed.map_err(WasmtimeError::io("remove the folder", &self.path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Gone already after `remove`; what can't be removed here is left to the next sweep.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Why compiled code can't be kept in `parent`, where it is read from straight into memory: nothing may be executed from
/// there, or nothing may be made.
pub(super) fn problem(parent: &Path) -> Option<String> {
    let shown = parent.display();
    match rustix::fs::statvfs(parent) {
        Err(error) => Some(format!("the temporary folder `{shown}` can't be used: {error}")),
        Ok(found) if found.f_flag.contains(StatVfsMountFlags::NOEXEC) => Some(format!(
            "the temporary folder `{shown}` is mounted `noexec`, so that compiled code can't run from it"
        )),
        Ok(_) => {
            let name =
                format!("{PREFIX}probe-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let probe = parent.join(name);
            let made = std::fs::create_dir(&probe).and_then(|()| std::fs::remove_dir(&probe));
            made.err().map(|error| format!("nothing can be made in the temporary folder `{shown}`: {error}"))
        }
    }
}

/// Removes the folders in `parent` whose owners no longer live, and names them.
pub(super) fn sweep(parent: &Path, swept: &mut Swept) -> Result<(), WasmtimeError> {
    let folders = std::fs::read_dir(parent).map_err(WasmtimeError::io("read the folder", parent))?;
    for folder in folders.flatten() {
        let path = folder.path();
        let named = || format!("folder `{}`", path.display());
        let name = folder.file_name();
        let label = name.to_str().and_then(label_of).filter(|_| is_our_folder(&path));
        if label.is_some_and(|label| swept.may_go(label, named)) {
            std::fs::remove_dir_all(&path).map_err(WasmtimeError::io("remove the folder", &path))?;
            swept.removed.push(named());
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
    std::fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_dir() && found.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use plimsoll_model::RunId;
    use plimsoll_runtime::Ground;

    use super::*;

    #[test]
    fn only_this_user_can_enter_and_dropping_removes_it() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::create(parent.path(), &Owner::current(RunId::known("run"))).unwrap();
        let mode = std::fs::metadata(&scratch.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::write(scratch.file("x.cwasm"), b"x").unwrap();
        drop(scratch);
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_takes_nothing_is_told() {
        assert_eq!(problem(&std::env::temp_dir()), None);
        assert!(problem(Path::new("/proc/self")).is_some());
        assert!(problem(Path::new("/nowhere")).unwrap().contains("`/nowhere`"));
    }

    #[test]
    fn a_sweep_removes_what_dead_owners_left_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let living = Owner::current(RunId::known("run"));
        let dead = Owner { started_ticks: living.started_ticks + 1, ..living.clone() };
        let kept = Scratch::create(parent.path(), &living).unwrap();
        let left = parent.path().join(format!("{PREFIX}{}-0", dead.label()));
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("x.cwasm"), b"x").unwrap();
        std::fs::create_dir(parent.path().join("plimsoll-cwasm-of-somebody")).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let link = parent.path().join(format!("{PREFIX}{}-1", dead.label()));
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();

        let elsewhere_on = Ground { boot: "0123abcd".to_owned(), ..Ground::here() };
        let unseen = Owner { ground: elsewhere_on, ..living };
        let unseen = Scratch::create(parent.path(), &unseen).unwrap();

        let mut swept = Swept::default();
        sweep(parent.path(), &mut swept).unwrap();

        assert!(unseen.path.is_dir());
        assert_eq!(swept.left.len(), 1, "{swept:?}");
        assert_eq!(swept.removed, [format!("folder `{}`", left.display())]);
        assert!(kept.path.is_dir() && link.is_symlink() && elsewhere.path().is_dir());
    }
}
