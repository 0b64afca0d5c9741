//! Copies of folders that dead owners left.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::folders::copies_of;
use crate::{FolderError, Swept};

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
        let label = name.to_str().and_then(copies_of).filter(|_| is_our_folder(&path));
        if label.is_some_and(|label| swept.may_go(label, named)) {
            match fs::remove_dir_all(&path) {
                // Another family's sweep may have been quicker.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(FolderError::Left { path, source }),
                Ok(()) => swept.removed.push(named()),
            }
        }
    }
    Ok(())
}

/// Anybody may put a name like ours into a shared temporary folder: a link, or a folder of theirs, is not ours.
fn is_our_folder(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_dir() && found.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    use plimsoll_model::RunId;

    use super::*;
    use crate::Owner;

    #[test]
    fn a_sweep_removes_what_dead_owners_left_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let living = Owner::current(RunId::known("run"));
        let dead = Owner { started_ticks: living.started_ticks + 1, ..living.clone() };
        let make = |owner: &Owner| {
            let path = parent.path().join(format!("plimsoll-folders-{}-0", owner.label()));
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
