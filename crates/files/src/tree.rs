//! A folder with all that is in it, within bounds.

use std::fs::{self, FileType, Permissions};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::{open_file, sha256, sha256_of};

/// The most bytes that a folder may hold: 1 GiB.
pub const LARGEST_TREE: u64 = 1 << 30;
/// The most bytes of a folder that is only copied, and given to no instance: 2 GiB.
pub const LARGEST_COPY: u64 = 2 << 30;
/// The most files, folders and links that it may hold.
pub const MOST_ENTRIES: usize = 100_000;
/// How deep folders may lie in each other.
const DEEPEST: usize = 128;

/// What a folder holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    root: PathBuf,
    /// By relative path, a folder before what is in it.
    entries: Vec<(PathBuf, Leaf)>,
}

/// One thing in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leaf {
    Folder,
    File { executable: bool },
    Link { to: PathBuf },
}

/// How many bytes may still come, and how many may in all.
struct BytesLeft {
    left: u64,
    limit: u64,
}

/// Why a folder is not taken.
#[derive(Debug, thiserror::Error)]
pub enum BadTree {
    /// The system refuses it.
    #[error("`{}`: {source}", path.display())]
    System {
        /// What could not be read or written.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It is none.
    #[error("`{}` is no folder: name one", path.display())]
    NoFolder {
        /// What was named.
        path: PathBuf,
    },
    /// A link leads out of it, where no sandbox follows.
    #[error("`{}` is a link to `{}`, outside of the folder: put what it stands for in its place", path.display(), to.display())]
    Leaves {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        to: PathBuf,
    },
    /// It is neither a file nor a folder nor a link.
    #[error("`{}` is a socket, a pipe or a device, which can't be given to an instance: remove it", path.display())]
    Strange {
        /// What it is called.
        path: PathBuf,
    },
    /// There is too much in it.
    #[error("`{}` holds more than {MOST_ENTRIES} files or folders, or they lie more than {DEEPEST} deep: give a smaller folder", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
    /// It is too large.
    #[error("`{}` holds more than {limit} bytes: give a smaller folder", path.display())]
    TooLarge {
        /// The folder.
        path: PathBuf,
        /// How many it may hold.
        limit: u64,
    },
}

impl BadTree {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::System { path, source }
    }
}

impl Tree {
    /// Looks through a folder. Links that stay in it are kept as links.
    ///
    /// # Errors
    /// When something in it is refused, or there is too much.
    pub fn read(folder: &Path) -> Result<Self, BadTree> {
        Self::read_within(folder, LARGEST_TREE)
    }

    /// The same of a folder that may hold so many bytes.
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn read_within(folder: &Path, limit: u64) -> Result<Self, BadTree> {
        let root = folder.canonicalize().map_err(BadTree::at(folder))?;
        if !root.is_dir() {
            return Err(BadTree::NoFolder { path: folder.to_owned() });
        }
        let mut tree = Self { root, entries: Vec::new() };
        tree.look(Path::new(""), 0, &mut BytesLeft { left: limit, limit })?;
        Ok(tree)
    }

    fn look(&mut self, inside: &Path, depth: usize, room: &mut BytesLeft) -> Result<(), BadTree> {
        let folder = self.root.join(inside);
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(BadTree::at(&folder))? {
            names.push(entry.map_err(BadTree::at(&folder))?.file_name());
            if self.entries.len() + names.len() > MOST_ENTRIES || depth > DEEPEST {
                return Err(BadTree::TooMany { path: self.root.clone() });
            }
        }
        names.sort_unstable();
        for name in names {
            let name = inside.join(name);
            let path = self.root.join(&name);
            let found = fs::symlink_metadata(&path).map_err(BadTree::at(&path))?;
            let kind = found.file_type();
            if kind.is_dir() {
                self.entries.push((name.clone(), Leaf::Folder));
                self.look(&name, depth + 1, room)?;
                continue;
            }
            let leaf = self.leaf(&name, kind, is_executable(&found.permissions()))?;
            if kind.is_file() {
                let too_large = || BadTree::TooLarge { path: self.root.clone(), limit: room.limit };
                room.left = room.left.checked_sub(found.len()).ok_or_else(too_large)?;
            }
            self.entries.push((name, leaf));
        }
        Ok(())
    }

    fn leaf(&self, name: &Path, kind: FileType, executable: bool) -> Result<Leaf, BadTree> {
        let path = self.root.join(name);
        if kind.is_file() {
            return Ok(Leaf::File { executable });
        }
        if !kind.is_symlink() {
            return Err(BadTree::Strange { path });
        }
        let to = fs::read_link(&path).map_err(BadTree::at(&path))?;
        let really = path.canonicalize().map_or(true, |really| really.starts_with(&self.root));
        match stays(name, &to) && really {
            true => Ok(Leaf::Link { to }),
            false => Err(BadTree::Leaves { path, to }),
        }
    }

    /// SHA-256 of each file, and of where each link leads, by relative path with `/`. At most so many are told one by one:
    /// of more there is one of all of them, under an empty name.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn digests(&self, most: usize) -> Result<Vec<(String, String)>, BadTree> {
        let mut digests = Vec::new();
        for (name, leaf) in &self.entries {
            let path = self.root.join(name);
            let digest = match leaf {
                Leaf::Folder => continue,
                Leaf::Link { to } if path.is_dir() || !path.exists() => {
                    sha256(to.as_os_str().as_encoded_bytes())
                }
                Leaf::File { .. } | Leaf::Link { .. } => open_file(&path)
                    .map_err(io::Error::from)
                    .and_then(sha256_of)
                    .map_err(BadTree::at(&path))?,
            };
            digests.push((name.to_string_lossy().into_owned(), digest));
        }
        if digests.len() <= most {
            return Ok(digests);
        }
        Ok(vec![(String::new(), Self::digest_of_all(&digests))])
    }

    /// The one SHA-256 that stands for those of many files, each by its relative name.
    #[must_use]
    pub fn digest_of_all(digests: &[(String, String)]) -> String {
        let lines: Vec<String> = digests.iter().map(|(name, digest)| format!("{digest} {name}\n")).collect();
        sha256(lines.concat())
    }

    /// The relative names of its files and links, with `/`, in the order of their digests.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let named = self.entries.iter().filter(|(_, leaf)| *leaf != Leaf::Folder);
        named.map(|(name, _)| name.to_string_lossy().into_owned())
    }

    /// All that is in it now, itself first and a folder before what is in that; of a link, what it leads to.
    pub fn all(&self) -> impl Iterator<Item = (PathBuf, fs::Metadata)> {
        let inside = self.entries.iter().map(|(name, _)| self.root.join(name));
        let all = std::iter::once(self.root.clone()).chain(inside);
        all.filter_map(|path| fs::metadata(&path).ok().map(|found| (path, found)))
    }

    /// The first thing in it that not every user may read.
    #[must_use]
    pub fn closed_to_others(&self) -> Option<PathBuf> {
        self.all().find(|(_, found)| is_closed(found)).map(|(path, _)| path)
    }

    /// Writes it anew into an empty folder.
    ///
    /// # Errors
    /// When something can't be read or written.
    pub fn copy_to(&self, folder: &Path) -> Result<(), BadTree> {
        self.copy(folder, |_| true, |_, _| Ok(()))
    }

    /// Writes what is not there yet into a folder, which need not be there either: a file or a link that is stays.
    ///
    /// # Errors
    /// When something can't be read or written.
    pub fn copy_missing_to(&self, folder: &Path) -> Result<(), BadTree> {
        fs::create_dir_all(folder).map_err(BadTree::at(folder))?;
        self.copy(folder, |to| fs::symlink_metadata(to).is_err(), |_, _| Ok(()))
    }

    /// The same, where everybody may read and write: who an instance runs as is not known.
    ///
    /// # Errors
    /// When something can't be read or written.
    pub fn copy_for_all_to(&self, folder: &Path) -> Result<(), BadTree> {
        open_to_all(folder, true)?;
        self.copy(folder, |_| true, open_to_all)
    }

    fn copy(
        &self,
        folder: &Path,
        is_wanted: impl Fn(&Path) -> bool,
        finish: impl Fn(&Path, bool) -> Result<(), BadTree>,
    ) -> Result<(), BadTree> {
        for (name, leaf) in &self.entries {
            let (from, to) = (self.root.join(name), folder.join(name));
            if !is_wanted(&to) {
                continue;
            }
            match leaf {
                Leaf::Folder => {
                    fs::create_dir(&to).map_err(BadTree::at(&to))?;
                    finish(&to, true)?;
                }
                Leaf::File { executable } => {
                    fs::copy(&from, &to).map_err(BadTree::at(&to))?;
                    finish(&to, *executable)?;
                }
                Leaf::Link { to: target } => link(target, &to).map_err(BadTree::at(&to))?,
            }
        }
        Ok(())
    }
}

/// Whether a link of this name stays in the folder, by its words alone.
fn stays(name: &Path, to: &Path) -> bool {
    let mut depth = name.components().count() - 1;
    for part in to.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(_) => depth += 1,
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

#[cfg(unix)]
fn is_executable(permissions: &Permissions) -> bool {
    std::os::unix::fs::PermissionsExt::mode(permissions) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Permissions) -> bool {
    false
}

#[cfg(unix)]
fn is_closed(found: &fs::Metadata) -> bool {
    let needed = if found.is_dir() { 0o005 } else { 0o004 };
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & needed != needed
}

#[cfg(not(unix))]
fn is_closed(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn open_to_all(path: &Path, enter: bool) -> Result<(), BadTree> {
    let mode = if enter { 0o777 } else { 0o666 };
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(path, permissions).map_err(BadTree::at(path))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path, _: bool) -> Result<(), BadTree> {
    Ok(())
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("inner/deep")).unwrap();
        fs::write(folder.path().join("a.txt"), "a").unwrap();
        fs::write(folder.path().join("inner/b.txt"), "b").unwrap();
        symlink("../a.txt", folder.path().join("inner/to-a")).unwrap();
        folder
    }

    #[test]
    fn a_copy_holds_what_the_folder_does_and_has_its_digests() {
        let (folder, copy) = (folder(), tempfile::tempdir().unwrap());
        let tree = Tree::read(folder.path()).unwrap();
        tree.copy_to(copy.path()).unwrap();
        assert_eq!(fs::read(copy.path().join("inner/to-a")).unwrap(), b"a");
        assert!(copy.path().join("inner/deep").is_dir());
        let again = Tree::read(copy.path()).unwrap();
        let digests = tree.digests(10).unwrap();
        assert_eq!(digests, again.digests(10).unwrap());
        let names: Vec<&str> = digests.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.txt", "inner/b.txt", "inner/to-a"]);
        let one = tree.digests(2).unwrap();
        assert_eq!((one.len(), one[0].0.as_str()), (1, ""));
        fs::write(folder.path().join("a.txt"), "changed").unwrap();
        assert_ne!(Tree::read(folder.path()).unwrap().digests(2).unwrap(), one);
    }

    #[test]
    fn what_leads_out_and_what_is_no_file_is_refused_by_its_name() {
        for (to, at) in [("/etc/passwd", "x"), ("../../outside", "inner/x"), ("..", "x")] {
            let folder = folder();
            symlink(to, folder.path().join(at)).unwrap();
            let refusal = Tree::read(folder.path()).unwrap_err();
            assert!(
                matches!(refusal, BadTree::Leaves { .. }) && refusal.to_string().contains(to),
                "{refusal}"
            );
        }
        let folder = folder();
        // By its words it stays, and by where `here` leads it does not.
        symlink(".", folder.path().join("here")).unwrap();
        symlink("here/../..", folder.path().join("sly")).unwrap();
        assert!(matches!(Tree::read(folder.path()), Err(BadTree::Leaves { .. })));
        fs::remove_file(folder.path().join("sly")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        let refusal = Tree::read(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("socket`") && refusal.contains("remove it"), "{refusal}");
        assert!(matches!(Tree::read(&folder.path().join("a.txt")), Err(BadTree::NoFolder { .. })));
    }

    #[test]
    fn what_others_may_not_read_is_found() {
        let folder = folder();
        let set = |name: &str, mode: u32| {
            let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
            fs::set_permissions(folder.path().join(name), permissions).unwrap();
        };
        let closed = || {
            let root = folder.path().canonicalize().unwrap();
            let found = Tree::read(folder.path()).unwrap().closed_to_others()?;
            Some(found.strip_prefix(root).unwrap().to_string_lossy().into_owned())
        };
        set("", 0o700);
        assert_eq!(closed().as_deref(), Some(""));
        set("", 0o755);
        assert_eq!(closed(), None);
        set("inner/b.txt", 0o640);
        assert_eq!(closed().as_deref(), Some("inner/b.txt"));
        set("inner", 0o711);
        assert_eq!(closed().as_deref(), Some("inner"));
    }

    #[test]
    fn a_file_of_holes_is_too_large_unread() {
        let folder = folder();
        fs::File::create(folder.path().join("holes")).unwrap().set_len(LARGEST_TREE + 1).unwrap();
        assert!(matches!(Tree::read(folder.path()), Err(BadTree::TooLarge { limit: LARGEST_TREE, .. })));
        assert!(Tree::read_within(folder.path(), LARGEST_COPY).is_ok());
    }

    #[test]
    fn what_is_there_already_stays_beside_what_is_copied() {
        let (folder, copy) = (folder(), tempfile::tempdir().unwrap());
        let into = copy.path().join("new");
        fs::create_dir_all(into.join("inner")).unwrap();
        fs::write(into.join("a.txt"), "mine").unwrap();
        Tree::read(folder.path()).unwrap().copy_missing_to(&into).unwrap();
        assert_eq!(fs::read(into.join("a.txt")).unwrap(), b"mine");
        assert_eq!(fs::read(into.join("inner/b.txt")).unwrap(), b"b");
        assert_eq!(fs::read(into.join("inner/to-a")).unwrap(), b"mine");
    }
}
