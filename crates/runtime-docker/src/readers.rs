//! Whether whoever a container runs as can read the folders that it is given.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use plimsoll_files::Tree;
use plimsoll_model::FolderGrant;

use crate::DockerError;
use crate::foreign::Foreign;

/// Who a container's program runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RunsAs {
    /// Root with what root may by default: it reads everything.
    Root,
    /// The user of this number on this host, who may read what its modes say.
    Number(u32),
    /// Somebody whose number is not known here.
    Name(String),
}

/// Something that a user can't read.
struct Shut {
    path: PathBuf,
    mode: u32,
}

impl RunsAs {
    /// Of an image of ours, or of somebody else's; `mapped` is whether the engine gives users other numbers outside.
    pub(crate) fn of(foreign: Option<&Foreign>, mapped: bool) -> Self {
        let said =
            foreign.map_or("", |foreign| foreign.container.user.as_deref().unwrap_or(&foreign.facts.user));
        let name = match said.split(':').next() {
            None | Some("" | "root") => "0",
            Some(name) => name,
        };
        match name.parse() {
            Ok(_) | Err(_) if mapped => Self::Name(name.to_owned()),
            Ok(0) if foreign.is_some() => Self::Root,
            Ok(number) => Self::Number(number),
            Err(_) => Self::Name(name.to_owned()),
        }
    }
}

/// What is to be said of folders that are given as they are.
///
/// # Errors
/// When it can read nothing of one, for certain.
pub(crate) fn closed_to(runs_as: &RunsAs, folders: &[FolderGrant]) -> Result<Vec<String>, DockerError> {
    let mut told = Vec::new();
    for grant in folders.iter().filter(|grant| !grant.write) {
        // One that can't be read by us is told where it is used.
        let Ok(tree) = Tree::read(&grant.from) else { continue };
        let shut = match runs_as {
            RunsAs::Root => continue,
            RunsAs::Number(user) => shut_to(*user, &tree, grant)?,
            RunsAs::Name(_) => None,
        };
        match (shut, runs_as) {
            (Some(shut), RunsAs::Number(user)) => told.push(format!(
                "the container runs as user {user}, which can't read `{}` in the folder that it sees as `{}` (mode {:04o})",
                inside(&shut.path, &grant.from),
                grant.to,
                shut.mode
            )),
            _ => told.extend(tree.closed_to_others().map(|closed| maybe(runs_as, grant, &closed))),
        }
    }
    Ok(told)
}

fn maybe(runs_as: &RunsAs, grant: &FolderGrant, closed: &Path) -> String {
    let who = match runs_as {
        RunsAs::Name(name) => format!("it runs as `{name}`, "),
        _ => String::new(),
    };
    format!(
        "the folder that it sees as `{}` may be closed to it: {who}not every user may read `{}`, and WebAssembly reads it as \
         the user who runs this",
        grant.to,
        closed.display()
    )
}

/// The first thing that a user can't read, where there is one.
fn shut_to(user: u32, tree: &Tree, grant: &FolderGrant) -> Result<Option<Shut>, DockerError> {
    let (mut first, mut folders, mut files) = (None, Vec::<PathBuf>::new(), [0_usize; 2]);
    for (path, found) in tree.all() {
        let within = folders.iter().any(|folder| path.starts_with(folder));
        let shut = is_shut(user, &found);
        if !found.is_dir() {
            files[usize::from(shut || within)] += 1;
        }
        if shut && !within {
            folders.extend(found.is_dir().then(|| path.clone()));
            first.get_or_insert(Shut { path, mode: found.mode() & 0o7777 });
        }
    }
    let [open, closed] = files;
    match first {
        Some(Shut { path, mode }) if open == 0 && (closed > 0 || path == grant.from) => {
            Err(DockerError::Closed {
                user,
                what: inside(&path, &grant.from),
                folder: grant.from.clone(),
                mode: format!("{mode:04o}"),
            })
        }
        first => Ok(first),
    }
}

/// Whether a user can't read it, for certain: which groups the user is in is not known.
fn is_shut(user: u32, found: &Metadata) -> bool {
    let (mode, needed) = (found.mode(), if found.is_dir() { 0o5 } else { 0o4 });
    let lacks = |mode: u32| mode & needed != needed;
    if found.uid() == user { lacks(mode >> 6) } else { lacks(mode) && lacks(mode >> 3) }
}

/// What something in a folder is called there.
fn inside(path: &Path, folder: &Path) -> String {
    match path.strip_prefix(folder) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display().to_string(),
        _ => ".".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use plimsoll_model::Container;

    use super::*;
    use crate::facts::Facts;

    const OTHER: u32 = 65534;

    fn foreign(image: &str, said: Option<&str>) -> Foreign {
        let container = Container { user: said.map(str::to_owned), ..Container::default() };
        Foreign { container, facts: Facts { user: image.to_owned(), ..Facts::default() } }
    }

    #[test]
    fn who_it_runs_as_is_told_as_far_as_it_is_known() {
        let of = |image, said| RunsAs::of(Some(&foreign(image, said)), false);
        for root in ["", "root", "0", "root:root", "0:7"] {
            assert_eq!(of(root, None), RunsAs::Root, "{root}");
        }
        assert_eq!(of("65534:7", None), RunsAs::Number(OTHER));
        assert_eq!(of("9", Some("nobody")), RunsAs::Name("nobody".to_owned()));
        assert_eq!(RunsAs::of(None, false), RunsAs::Number(0));
        assert_eq!(RunsAs::of(Some(&foreign("9", None)), true), RunsAs::Name("9".to_owned()));
    }

    fn told(mode: u32, folder_mode: u32, runs_as: &RunsAs) -> Result<Vec<String>, String> {
        let ground = tempfile::tempdir().unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        fs::create_dir(ground.path().join("d")).unwrap();
        fs::write(ground.path().join("d/f.txt"), "x").unwrap();
        set(&ground.path().join("d/f.txt"), mode);
        set(&ground.path().join("d"), 0o755);
        set(ground.path(), folder_mode);
        let from = ground.path().to_owned();
        let told = closed_to(runs_as, &[FolderGrant { from, to: "/data".to_owned(), write: false }]);
        told.map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_that_can_be_read_is_refused_and_what_may_be_is_told() {
        let other = RunsAs::Number(OTHER);
        let refused = told(0o600, 0o755, &other).unwrap_err();
        assert!(refused.contains("user 65534, which can't read `d/f.txt`"), "{refused}");
        assert!(refused.contains("(mode 0600)") && refused.contains("chmod -R o+rX"), "{refused}");
        assert!(told(0o644, 0o700, &other).unwrap_err().contains("can't read `.`"));
        assert_eq!(told(0o644, 0o755, &other).unwrap(), [""; 0]);
        assert!(told(0o640, 0o755, &other).unwrap()[0].contains("may be closed to it"));
        assert_eq!(told(0o600, 0o700, &RunsAs::Root).unwrap(), [""; 0]);
        let nobody = RunsAs::Name("nobody".to_owned());
        assert!(told(0o600, 0o755, &nobody).unwrap()[0].contains("it runs as `nobody`"));
    }
}
