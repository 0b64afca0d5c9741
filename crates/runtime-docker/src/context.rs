//! The folder of a `Dockerfile` as the tar that a build is sent.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use plimsoll_files::{Unread, read_file};
use rustix::fs::OFlags;
use tar::{EntryType, Header};

use crate::ignored::Ignored;

/// The largest that is sent.
const LARGEST: u64 = 2 << 30;
/// The longest of the two files that say what is done with the others.
const LONGEST: u64 = 1 << 20;
const IGNORED: &str = ".dockerignore";
/// What a build is described in.
pub(crate) const DOCKERFILE: &str = "Dockerfile";

/// Why a folder is not sent to be built.
#[derive(Debug, thiserror::Error)]
pub enum ContextProblem {
    /// Something in it can't be read.
    #[error("`{}` can't be read: {source}. Leave it out with a `.dockerignore`, or let it be read", path.display())]
    Unread {
        /// What.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// One of the files that say what is done does not read.
    #[error("its `{name}` does not read: {problem}")]
    File {
        /// Which.
        name: &'static str,
        /// Why not.
        problem: Unread,
    },
    /// A line says nothing that can be understood.
    #[error("its `.dockerignore` has a line that is no pattern: {0}")]
    Pattern(#[from] globset::Error),
    /// It is too large.
    #[error(
        "it holds more than {limit} bytes, the most that is sent to a build: leave out what is not needed with a `.dockerignore`"
    )]
    TooLarge {
        /// The most that is sent.
        limit: u64,
    },
    /// It can't be sent.
    #[error("it could not be sent: {0}")]
    Sent(#[from] io::Error),
}

/// A folder that is sent.
struct Sending<'a, W: Write> {
    folder: &'a Path,
    tar: tar::Builder<W>,
    left: u64,
}

/// What its `Dockerfile` says.
pub(crate) fn dockerfile(folder: &Path) -> Result<String, ContextProblem> {
    read(folder, DOCKERFILE).map(|text| String::from_utf8_lossy(&text).into_owned())
}

fn read(folder: &Path, name: &'static str) -> Result<Vec<u8>, ContextProblem> {
    read_file(&folder.join(name), LONGEST).map_err(|problem| ContextProblem::File { name, problem })
}

/// Writes all of a folder that is not left out. No link is followed.
pub(crate) fn write(folder: &Path, to: impl Write) -> Result<(), ContextProblem> {
    let mut sending = Sending { folder, tar: tar::Builder::new(to), left: LARGEST };
    visit(folder, |inside, found| sending.add(inside, found))?;
    sending.tar.into_inner()?.flush()?;
    Ok(())
}

/// The files and links of a `Dockerfile`'s folder that a build is sent, relative to it: all that its `.dockerignore` does
/// not leave out.
///
/// # Errors
/// When something in it can't be read, or its `.dockerignore` can't be understood.
pub fn context_files(folder: &Path) -> Result<Vec<PathBuf>, ContextProblem> {
    let mut files = Vec::new();
    visit(folder, |inside, found| {
        if found.is_file() || found.is_symlink() {
            files.push(inside.to_owned());
        }
        Ok(())
    })?;
    Ok(files)
}

fn ignored(folder: &Path) -> Result<Ignored, ContextProblem> {
    match read(folder, IGNORED) {
        Ok(text) => Ok(Ignored::of(&String::from_utf8_lossy(&text))?),
        Err(ContextProblem::File { problem: Unread::System(why), .. })
            if why.kind() == io::ErrorKind::NotFound =>
        {
            Ok(Ignored::default())
        }
        Err(problem) => Err(problem),
    }
}

/// Shows all of a folder that is not left out, a folder before what is in it.
fn visit(
    folder: &Path,
    mut each: impl FnMut(&Path, &Metadata) -> Result<(), ContextProblem>,
) -> Result<(), ContextProblem> {
    let ignored = ignored(folder)?;
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        for name in names(&folder.join(&inside))? {
            let inside = inside.join(name);
            let path = folder.join(&inside);
            let found =
                fs::symlink_metadata(&path).map_err(|source| ContextProblem::Unread { path, source })?;
            let needed = [DOCKERFILE, IGNORED].iter().any(|name| inside == Path::new(name));
            let left_out = ignored.leaves_out(&inside) && !needed;
            if !left_out {
                each(&inside, &found)?;
            }
            if found.is_dir() && (!left_out || ignored.takes_back()) {
                folders.push(inside);
            }
        }
    }
    Ok(())
}

/// What a folder holds, always in the same order.
fn names(path: &Path) -> Result<Vec<std::ffi::OsString>, ContextProblem> {
    let listed = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect());
    let mut names: Vec<_> =
        listed.map_err(|source| ContextProblem::Unread { path: path.to_owned(), source })?;
    names.sort_unstable();
    Ok(names)
}

impl<W: Write> Sending<'_, W> {
    /// Writes one entry.
    fn add(&mut self, inside: &Path, found: &Metadata) -> Result<(), ContextProblem> {
        let path = self.folder.join(inside);
        let unread = |source| ContextProblem::Unread { path: path.clone(), source };
        let mut header = header(found);
        if found.is_dir() {
            header.set_entry_type(EntryType::Directory);
            self.tar.append_data(&mut header, inside, io::empty())?;
        } else if found.is_symlink() {
            header.set_entry_type(EntryType::Symlink);
            let target = fs::read_link(&path).map_err(unread)?;
            self.tar.append_link(&mut header, inside, target)?;
        } else if found.is_file() {
            self.left =
                self.left.checked_sub(found.len()).ok_or(ContextProblem::TooLarge { limit: LARGEST })?;
            header.set_size(found.len());
            // It may grow or shrink meanwhile: what was announced is what is sent.
            let file = open(&path).map_err(unread)?.chain(io::repeat(0)).take(found.len());
            self.tar.append_data(&mut header, inside, file)?;
        }
        // Sockets, pipes and devices are left out, as Docker's client leaves them out.
        Ok(())
    }
}

fn header(found: &Metadata) -> Header {
    let mut header = Header::new_gnu();
    header.set_mode(found.permissions().mode() & 0o7777);
    header.set_mtime(u64::try_from(found.mtime()).unwrap_or(0));
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    header
}

/// Opens what was a file a moment ago, and never what a link names that was put in its place.
fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn tarred(folder: &Path) -> Vec<String> {
        let mut sent = Vec::new();
        write(folder, &mut sent).unwrap();
        let mut archive = tar::Archive::new(&sent[..]);
        let entries = archive.entries().unwrap();
        entries.map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect()
    }

    #[test]
    fn what_is_left_out_stays_and_links_are_sent_as_links() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("target/deep")).unwrap();
        for name in ["Dockerfile", "main", "target/deep/x", "target/kept"] {
            fs::write(at(name), name).unwrap();
        }
        symlink("/etc", at("outside")).unwrap();
        assert_eq!(
            tarred(folder.path()),
            ["Dockerfile", "main", "outside", "target", "target/deep", "target/kept", "target/deep/x"]
        );
        fs::write(at(".dockerignore"), "target\nDockerfile\n!target/kept\n").unwrap();
        let sent = [".dockerignore", "Dockerfile", "main", "outside", "target/kept"];
        assert_eq!(tarred(folder.path()), sent);
        assert_eq!(context_files(folder.path()).unwrap(), sent.map(PathBuf::from));
    }

    #[test]
    fn a_folder_that_can_t_be_sent_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let told = dockerfile(folder.path()).unwrap_err().to_string();
        assert!(told.contains("`Dockerfile`"), "{told}");
        fs::write(folder.path().join(".dockerignore"), "a[").unwrap();
        assert!(matches!(write(folder.path(), io::sink()), Err(ContextProblem::Pattern(_))));
        fs::remove_file(folder.path().join(".dockerignore")).unwrap();
        let large = File::create(folder.path().join("large")).unwrap();
        large.set_len(LARGEST + 1).unwrap();
        assert!(matches!(write(folder.path(), io::sink()), Err(ContextProblem::TooLarge { .. })));
    }
}
