//! Two folders that take each other's place.

use std::fs;
use std::io;
use std::path::Path;

/// Swaps two folders beside each other on one file system: at once where the system can, so that nobody ever meets a
/// place without one; else one after the other.
///
/// # Errors
/// When either can't be moved. Then both are where they were.
pub(super) fn swap(one: &Path, other: &Path) -> io::Result<()> {
    match at_once(one, other) {
        Err(error) if !can_not(&error) => Err(error),
        Ok(()) => Ok(()),
        Err(_) => in_turn(one, other),
    }
}

#[cfg(target_os = "linux")]
fn at_once(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the system or its file system can't swap at all.
fn can_not(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn in_turn(one: &Path, other: &Path) -> io::Result<()> {
    let parent = other.parent().unwrap_or(Path::new("/"));
    let aside = tempfile::Builder::new().prefix(".plimsoll-swap-").tempdir_in(parent)?;
    let aside = aside.path().join("folder");
    fs::rename(other, &aside)?;
    let moved = fs::rename(one, other)
        .and_then(|()| fs::rename(&aside, one).inspect_err(|_| drop(fs::rename(other, one))));
    moved.inspect_err(|_| drop(fs::rename(&aside, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_folders_take_each_others_place_at_once_or_in_turn() {
        for swap in [swap, in_turn] {
            let ground = tempfile::tempdir().unwrap();
            let [one, other] = ["one", "other"].map(|name| ground.path().join(name));
            for folder in [&one, &other] {
                fs::create_dir(folder).unwrap();
                fs::write(folder.join("file"), folder.file_name().unwrap().to_str().unwrap()).unwrap();
            }
            swap(&one, &other).unwrap();
            let held = [&one, &other].map(|folder| fs::read_to_string(folder.join("file")).unwrap());
            assert_eq!(held, ["other", "one"]);
            assert_eq!(fs::read_dir(ground.path()).unwrap().count(), 2);
            assert!(swap(&one, &ground.path().join("gone")).is_err());
            assert!(one.join("file").is_file());
        }
    }
}
