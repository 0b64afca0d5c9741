//! Patches in git's format.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Every file that a patch makes, changes, moves or removes.
pub(super) fn touched(patch: &str) -> Vec<String> {
    let mut files = BTreeSet::new();
    for line in patch.lines() {
        let moved =
            ["rename from ", "rename to ", "copy to "].iter().find_map(|begin| line.strip_prefix(begin));
        if let Some(file) = moved.or_else(|| line.strip_prefix("diff --git a/").and_then(unmoved)) {
            files.insert(file.to_owned());
        }
    }
    files.into_iter().collect()
}

/// The file of `name b/name`; none where the names differ: then the lines of the move tell them.
fn unmoved(names: &str) -> Option<&str> {
    let (before, after) = names.split_at_checked(names.len().checked_sub(" b/".len())? / 2)?;
    (after.strip_prefix(" b/")? == before).then_some(before)
}

/// Applies a patch to a folder, whole or not at all.
pub(super) fn apply(patch: &Path, name: &str, to: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(to).args(["apply", "--whitespace=nowarn"]).arg(std::path::absolute(patch)?);
    // The folder may lie inside a repository, of which git would take it for a part.
    git.env("GIT_CEILING_DIRECTORIES", to.canonicalize()?.parent().unwrap_or(to)).env("LC_ALL", "C");
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let output = git.output().context("could not run `git`")?;
    if !output.status.success() {
        bail!("{}", told(name, &String::from_utf8_lossy(&output.stderr)));
    }
    Ok(())
}

/// What git says, with the file whose lines have changed around a hunk.
fn told(name: &str, said: &str) -> String {
    let failed = said.lines().find_map(|line| line.strip_prefix("error: patch failed: "));
    let absent = said.lines().find_map(|line| line.strip_prefix("error: "));
    let why = match failed.and_then(|place| place.rsplit_once(':')) {
        Some((file, line)) => format!("`{file}` is not as its hunk for line {line} expects it"),
        None => absent.unwrap_or(said).trim().to_owned(),
    };
    format!("`{name}` no longer applies: {why}. Make the change again and write it with `git diff --binary`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::write;

    const PATCH: &str = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,4 @@\n one\n two\n+new\n three\n\
        diff --git a/b/c.txt b/b/c.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b/c.txt\n@@ -0,0 +1 @@\n+c\n";

    fn applied(text: &str) -> (tempfile::TempDir, Result<()>) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[("tree/a.txt", text), ("it.patch", PATCH)]);
        let result = apply(&folder.path().join("it.patch"), "it", &folder.path().join("tree"));
        (folder, result)
    }

    #[test]
    fn a_patch_touches_what_it_makes_changes_moves_and_holds_in_binary() {
        let more = "diff --git a/x y b/x z\nrename from x y\nrename to x z\n\
            diff --git a/p.wasm b/p.wasm\nnew file mode 100644\nGIT binary patch\n";
        assert_eq!(touched(&format!("{PATCH}{more}")), ["a.txt", "b/c.txt", "p.wasm", "x y", "x z"]);
    }

    #[test]
    fn a_patch_is_applied_also_inside_another_repository() {
        let outer = tempfile::tempdir().unwrap();
        assert!(
            Command::new("git").current_dir(outer.path()).args(["init", "-q"]).status().unwrap().success()
        );
        write(outer.path(), &[("tree/a.txt", "one\ntwo\nthree\n"), ("it.patch", PATCH)]);
        apply(&outer.path().join("it.patch"), "it", &outer.path().join("tree")).unwrap();
        let text = std::fs::read_to_string(outer.path().join("tree/a.txt")).unwrap();
        assert_eq!(text, "one\ntwo\nnew\nthree\n");
        assert!(outer.path().join("tree/b/c.txt").exists());
    }

    #[test]
    fn a_patch_that_no_longer_applies_names_itself_and_the_file_and_changes_nothing() {
        let (folder, result) = applied("one\n2\nthree\n");
        let message = result.unwrap_err().to_string();
        assert!(
            message.starts_with("`it` no longer applies: `a.txt` is not as its hunk for line 1 "),
            "{message}"
        );
        assert!(!folder.path().join("tree/b/c.txt").exists());
    }

    #[test]
    fn a_file_that_is_gone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[("tree/other.txt", ""), ("it.patch", PATCH)]);
        let result = apply(&folder.path().join("it.patch"), "it", &folder.path().join("tree"));
        let message = result.unwrap_err().to_string();
        assert!(message.starts_with("`it` no longer applies: a.txt: "), "{message}");
    }
}
