//! A copy of the checkout to change.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::checks::files;

/// The window's pages, which git does not know.
const PAGES: &str = "ui/dist";

/// Every file that git knows, as it stands, committed or not. Removed when dropped.
pub(super) struct Tree(PathBuf);

impl Tree {
    /// Copies a repository's files into a folder, which is emptied first: an earlier run may have been killed. The copies
    /// are new to cargo, which else would take what it built from a file changed by a patch for built from the file as
    /// it was.
    pub(super) fn copy(root: &Path, to: &Path) -> Result<Self> {
        remove(to)?;
        let tree = Self(to.to_owned());
        for name in files::tracked(root)? {
            let (from, to) = (root.join(&name), to.join(&name));
            if !from.is_file() {
                continue;
            }
            let folder = to.parent().context("a file lies in a folder")?;
            fs::create_dir_all(folder).with_context(|| format!("could not make `{}`", folder.display()))?;
            fs::copy(&from, &to).with_context(|| format!("could not copy `{name}`"))?;
        }
        Ok(tree)
    }

    /// Copies the window's pages as they were last built: the window is built around them.
    pub(super) fn copy_pages(&self, root: &Path) -> Result<()> {
        let (from, to) = (root.join(PAGES), self.0.join(PAGES));
        let parent = to.parent().context("the pages lie in a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("could not make `{}`", parent.display()))?;
        let status =
            Command::new("cp").arg("-a").arg(&from).arg(&to).status().context("could not run `cp`")?;
        if !status.success() {
            bail!("could not copy `{PAGES}`: `cargo xtask check` makes it");
        }
        Ok(())
    }

    /// Makes a repository of its own of it, as the checks want it that ask git which files there are.
    pub(super) fn track(&self) -> Result<()> {
        for arguments in [&["init", "-q"][..], &["add", "--all"]] {
            let mut git = Command::new("git");
            git.current_dir(&self.0).args(arguments);
            git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
            let output = git.output().context("could not run `git`")?;
            if !output.status.success() {
                bail!("`git {}`: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
            }
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            eprintln!("{error:#}");
        }
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::write;

    #[test]
    fn what_git_knows_is_copied_as_it_stands_and_removed_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (root, to) = (folder.path().join("root"), folder.path().join("tree"));
        write(&root, &[("a/b", "as it was"), ("gone", ""), ("unknown", "")]);
        for arguments in [&["init", "-q"][..], &["add", "a/b", "gone"]] {
            assert!(Command::new("git").current_dir(&root).args(arguments).status().unwrap().success());
        }
        write(&root, &[("a/b", "as it is")]);
        fs::remove_file(root.join("gone")).unwrap();
        write(&to, &[("left", "")]);
        let tree = Tree::copy(&root, &to).unwrap();
        assert_eq!(fs::read_to_string(tree.path().join("a/b")).unwrap(), "as it is");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
        drop(tree);
        assert!(!to.exists());
    }
}
