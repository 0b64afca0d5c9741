//! Files that the user named: whole or not there, and nobody's work is overwritten unasked.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use plimsoll_files::{Draft, NoTarget, folder_of, target_of};

use crate::Error;

/// Whether a file that is there already may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and the user is told.
    #[default]
    Keep,
    /// It is replaced.
    Replace,
    /// It is kept, and the new one gets a number before its ending: `a (2).csv`.
    Number,
}

/// Most numbers that are tried.
const MOST_NUMBERS: u32 = 10_000;

impl Existing {
    /// Replaced where the user said so.
    #[must_use]
    pub fn replaced_if(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }

    /// Refuses a path where something is already, before anything is made for it.
    ///
    /// # Errors
    /// When there is something and it is to be kept, or it is no ordinary file.
    pub fn check(self, path: &Path) -> Result<(), Error> {
        self.target(path).map(drop)
    }

    /// What is written: what the path's links end at, so that they stay.
    fn target(self, path: &Path) -> Result<PathBuf, Error> {
        if self == Self::Number {
            return Ok(path.to_owned());
        }
        if path == Path::new("-") {
            return Err(Error::usage("`-` names no file here").with_hint(
                "`show --json` and its like write to standard output, `/dev/stdout --force` names it, `./-` is a file of this name",
            ));
        }
        let refused = |why: NoTarget| {
            let what = match why {
                NoTarget::Folder => "is a folder",
                NoTarget::Device => "is a device or a pipe, which no file replaces",
                NoTarget::Loop => "is a link that leads back to itself",
            };
            Error::usage(format!("`{}` {what}", path.display())).with_hint("name a file")
        };
        let target = target_of(path).map_err(refused)?;
        if self == Self::Keep && path.symlink_metadata().is_ok() {
            return Err(there_already(path));
        }
        Ok(target)
    }

    /// Tries whether a file could be made there, which is not made: before minutes of work for it, not after.
    ///
    /// # Errors
    /// As [`write`].
    pub fn probe(self, path: &Path) -> Result<(), Error> {
        let target = self.target(path)?;
        Draft::beside(&target).map(drop).map_err(|error| unwritable(&target, &error))
    }
}

/// Writes a file under another name in the same folder and then gives it its own, so that no reader and no failure
/// ever meets half of it. Returns the name that it has.
///
/// # Errors
/// When it is there and is to be kept, or the folder takes no file.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<PathBuf, Error> {
    let target = existing.target(path)?;
    let draft = Draft::beside(&target).and_then(|mut draft| draft.write_all(bytes).map(|()| draft));
    let named = draft.and_then(|draft| match existing {
        Existing::Keep | Existing::Number => draft.name_first(names(path, existing)),
        Existing::Replace => draft.replace(&target).map(|()| Some(path.to_owned())),
    });
    named.map_err(|error| unwritable(&target, &error))?.ok_or_else(|| there_already(path))
}

/// The same for all paths that mean one file.
pub(crate) fn place(path: &Path) -> PathBuf {
    let target = target_of(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&target);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    target.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// The first name that nothing has, of this one and those with a number.
///
/// # Errors
/// When all of them are taken.
pub(crate) fn free(path: &Path) -> Result<PathBuf, Error> {
    let found = names(path, Existing::Number).find(|name| name.symlink_metadata().is_err());
    found.ok_or_else(|| there_already(path))
}

/// The names that a file can get, in the order in which they are tried.
fn names(path: &Path, existing: Existing) -> impl Iterator<Item = PathBuf> {
    let last = if existing == Existing::Number { MOST_NUMBERS } else { 1 };
    (1..=last).map(move |number| if number == 1 { path.to_owned() } else { numbered(path, number) })
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(" ({number})"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// Makes a folder, and those above it, where they are missing.
///
/// # Errors
/// When it can't be made.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error {
        causes: vec![error.to_string()],
        ..Error::environment(format!("could not make the folder `{}`", folder.display()))
    })
}

fn there_already(path: &Path) -> Error {
    Error::usage(format!("`{}` is there already and is kept", path.display()))
        .with_hint("name another file, or replace it with `--force`")
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let folder = folder_of(path);
    let hint = match error.kind() {
        ErrorKind::NotFound if folder.is_dir() => {
            format!("nothing can be made in `{}`: name another folder", folder.display())
        }
        ErrorKind::NotFound => format!("make the folder `{}` first, or name another", folder.display()),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("name a folder that you may write to; `{}` is not one", folder.display())
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room there, or name another disk".to_owned()
        }
        _ => "name another place".to_owned(),
    };
    Error {
        causes: vec![error.to_string()],
        ..Error::environment(format!("could not write `{}`", path.display()))
    }
    .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_unless_it_may_be_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, b"one", Existing::Keep).unwrap();
        let refusal = write(&path, b"two", Existing::Keep).unwrap_err();
        assert!(refusal.message.contains("there already"), "{refusal}");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"two", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_is_tried_and_left_as_it_was_and_no_device_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        Existing::Keep.probe(&folder.path().join("a.csv")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for nowhere in [folder.path().join("gone/a.csv"), PathBuf::from("/proc/a.csv")] {
            let refusal = Existing::Replace.probe(&nowhere).unwrap_err();
            assert_eq!(refusal.code, crate::Code::Environment);
            let of_the_kernel =
                refusal.hint.unwrap() == "nothing can be made in `/proc`: name another folder";
            assert_eq!(of_the_kernel, nowhere.starts_with("/proc"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_target_is_written_or_refused() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("in")).unwrap();
        fs::write(at("in/old"), "old").unwrap();
        for (link, end) in [("a", "in/old"), ("b", "in/new"), ("c", "pipe"), ("d", "d")] {
            symlink(end, at(link)).unwrap();
        }
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for (link, end) in [("a", "in/old"), ("b", "in/new")] {
            assert!(write(&at(link), b"", Existing::Keep).unwrap_err().message.contains("there already"));
            Existing::Replace.probe(&at(link)).unwrap();
            assert_eq!(write(&at(link), b"new", Existing::Replace).unwrap(), at(link));
            assert_eq!(fs::read(at(end)).unwrap(), b"new");
            assert!(at(link).is_symlink() && place(&at(link)) == place(&at(end)));
        }
        for nothing in [at("c"), at("d"), at("pipe")] {
            for existing in [Existing::Keep, Existing::Replace] {
                for refused in [existing.probe(&nothing), write(&nothing, b"", existing).map(drop)] {
                    assert_eq!(refused.unwrap_err().code, crate::Code::Usage);
                }
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_before_its_ending() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r1.hello.size.svg");
        let write = |bytes| write(&path, bytes, Existing::Number).unwrap();
        let written = [write(b"one"), write(b"two"), write(b"three")];
        let names = ["r1.hello.size.svg", "r1.hello.size (2).svg", "r1.hello.size (3).svg"];
        assert_eq!(written, names.map(|name| folder.path().join(name)));
        assert_eq!(written.map(|path| fs::read(path).unwrap()), [&b"one"[..], b"two", b"three"]);
        assert_eq!(free(&path).unwrap(), folder.path().join("r1.hello.size (4).svg"));

        let taken = folder.path().join("none");
        fs::create_dir(&taken).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("none (2)")).unwrap();
        assert_eq!(free(&taken).unwrap(), folder.path().join("none (3)"));
        assert_eq!(super::write(&taken, b"", Existing::Number).unwrap(), folder.path().join("none (3)"));
    }

    #[test]
    fn a_missing_folder_and_a_folder_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let refusal = write(&folder.path().join("gone/a.csv"), b"", Existing::Keep).unwrap_err();
        assert!(refusal.hint.unwrap().contains("make the folder"));
        let refusal = write(folder.path(), b"", Existing::Replace).unwrap_err();
        assert_eq!(refusal.code, crate::Code::Usage);
    }
}
