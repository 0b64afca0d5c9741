//! Folders that a capsule's workloads lie in while they are run again.

use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_engine::{Owner, Swept};
use plimsoll_model::RunId;
use tempfile::TempDir;

use crate::Error;

/// How our folders' names begin; the owner's label follows, and signs that nobody can guess.
const PREFIX: &str = "plimsoll-capsule-";
/// Between the owner's label and those signs.
const END: char = '~';

/// Makes a folder that only this user can enter. It is removed when dropped; after a crash, by [`sweep`].
pub(crate) fn folder(run: &RunId) -> Result<TempDir, Error> {
    let parent = std::env::temp_dir();
    let prefix = format!("{PREFIX}{}{END}", Owner::current(run.clone()).label());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(&parent).map_err(|error| {
        let mut told = Error::environment(format!("could not make a folder in `{}`", parent.display()));
        told.causes = vec![error.to_string()];
        told.with_hint("free some space there, or name another folder in `TMPDIR`")
    })
}

/// Removes the folders whose owners no longer live, and names them; with what could not be removed.
pub(crate) fn sweep() -> (Swept, Vec<Error>) {
    let (mut swept, mut errors) = (Swept::default(), Vec::new());
    for path in abandoned(&std::env::temp_dir(), &mut swept) {
        match fs::remove_dir_all(&path) {
            Ok(()) => swept.removed.push(named(&path)),
            Err(error) => {
                let mut told =
                    Error::environment(format!("could not remove the folder `{}`", path.display()));
                told.causes = vec![error.to_string()];
                errors.push(told);
            }
        }
    }
    (swept, errors)
}

fn named(path: &Path) -> String {
    format!("folder `{}`", path.display())
}

fn abandoned(parent: &Path, swept: &mut Swept) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path()).filter(|path| is_our_folder(path));
    paths.filter(|path| label_of(path).is_some_and(|label| swept.may_go(label, || named(path)))).collect()
}

/// The owner's label in the name of a folder.
fn label_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()?.strip_prefix(PREFIX)?.rsplit_once(END).map(|(label, _)| label)
}

/// Anybody may put a name like ours into a shared temporary folder: a link, or a folder of theirs, is not ours.
#[cfg(unix)]
fn is_our_folder(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == user)
}

#[cfg(not(unix))]
fn is_our_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_goes_with_its_owner_or_after_it() {
        let run: RunId = "r20261121-013200-7f3a".parse().unwrap();
        let folder = folder(&run).unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(folder.path()).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(label_of(folder.path()).map(Owner::from_label), Some(Some(Owner::current(run))), "{name}");

        let parent = tempfile::tempdir().unwrap();
        let dead = name.replace(&format!(".{}.", std::process::id()), ".4194999.");
        for name in [&name, &dead, "plimsoll-capsule-mine~x", "other"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        assert_eq!(abandoned(parent.path(), &mut Swept::default()), [parent.path().join(dead)]);
    }

    #[test]
    fn what_is_called_like_ours_and_is_a_link_stays() {
        let parent = tempfile::tempdir().unwrap();
        let dead = Owner { pid: 4_194_999, ..Owner::current(RunId::known("r1")) };
        let (elsewhere, link) =
            (parent.path().join("elsewhere"), parent.path().join(format!("{PREFIX}{}{END}x", dead.label())));
        fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        assert!(abandoned(parent.path(), &mut Swept::default()).is_empty());
        fs::remove_file(&link).unwrap();
        fs::create_dir(&link).unwrap();
        assert_eq!(abandoned(parent.path(), &mut Swept::default()), [link]);
    }
}
