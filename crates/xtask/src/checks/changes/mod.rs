//! Whether the table "Where a change goes" in `ARCHITECTURE.md` is true: the examples under `docs/examples` are changes
//! of its kinds. Each touches no more files than the table says, all of them together build, and what each brings passes.

mod built;
mod example;
mod patch;
mod table;
mod tree;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::example::Example;
use self::table::Most;
use self::tree::Tree;
use crate::cargo;

const PAGE: &str = "ARCHITECTURE.md";
const EXAMPLES: &str = "docs/examples";
/// Rows of the table whose truth is shown by an example.
const SHOWN: [&str; 5] = ["a metric", "a lane", "an export format", "a chart", "a workload"];
/// What must hold of the changed checkout as of the one it is a copy of.
const CHECKS: [&str; 3] = ["check-layers", "check-files", "check-spread"];

/// Applies every example to a copy of the checkout, builds once and runs what the examples name.
pub(crate) fn check() -> Result<()> {
    let root = cargo::root()?;
    let examples = examples(&root, &SHOWN)?;
    // A target folder of its own: with the checkout's, each of the two would make the other build anew.
    let shared = cargo::target_folder()?;
    let folder = shared.join("changes");
    let tree = Tree::copy(&root, &folder.join("tree"))?;
    tree.copy_pages(&root)?;
    for example in &examples {
        patch::apply(&example.patch, &example.patch_name(), tree.path())?;
    }
    tree.track()?;
    for check in CHECKS {
        hold(check, tree.path())?;
    }
    let target = folder.join("target");
    built::warm(&target, &shared)?;
    built::check(&examples, tree.path(), &target)?;
    println!("{} changes touch no more files than `{PAGE}` says, and work", examples.len());
    Ok(())
}

/// Runs one of our checks on another checkout.
fn hold(check: &str, tree: &Path) -> Result<()> {
    let mut held = Command::new(std::env::current_exe().context("could not find this program")?);
    held.arg(check).env("CARGO_MANIFEST_DIR", tree.join("crates/xtask"));
    let output = held.output().with_context(|| format!("could not run `{check}`"))?;
    if !output.status.success() {
        bail!("with the examples `{check}` fails: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The examples of a repository, held against its table; some kinds must have one.
fn examples(root: &Path, shown: &[&str]) -> Result<Vec<Example>> {
    let page = root.join(PAGE);
    let page =
        std::fs::read_to_string(&page).with_context(|| format!("could not read `{}`", page.display()))?;
    let rows = table::rows(&page)?;
    let examples = example::all(&root.join(EXAMPLES))?;
    let mut faults = Vec::new();
    for example in &examples {
        match rows.iter().find(|row| row.kind == example.kind) {
            Some(row) => faults.extend(fault(example, &row.most, root)),
            None => faults.push(format!("`{}`: `{PAGE}` has no row `{}`", example.name, example.kind)),
        }
    }
    let lacking = shown.iter().filter(|kind| !examples.iter().any(|example| example.kind == **kind));
    faults.extend(lacking.map(|kind| format!("no example under `{EXAMPLES}` shows {kind}")));
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(examples)
}

/// What is wrong with the files that an example touches.
fn fault(example: &Example, most: &Most, root: &Path) -> Option<String> {
    let beside: Vec<&String> = match most.folder {
        false => example.touched.iter().collect(),
        true => {
            let new = example.touched.iter().find_map(|file| new_folder(file, root));
            example
                .touched
                .iter()
                .filter(|file| !new.as_ref().is_some_and(|new| file.starts_with(new)))
                .collect()
        }
    };
    let of = if most.folder { " beside its folder" } else { "" };
    (beside.len() > most.files).then(|| {
        let names: Vec<String> = beside.iter().map(|file| format!("`{file}`")).collect();
        format!(
            "`{}` touches {} files{of}, {PAGE} says at most {}: {}",
            example.name,
            beside.len(),
            most.files,
            names.join(", ")
        )
    })
}

/// The outermost folder of a file that is not there yet, with a `/` at its end.
fn new_folder(file: &str, root: &Path) -> Option<String> {
    let folders = file.match_indices('/').map(|(at, _)| &file[..=at]);
    folders.into_iter().find(|folder| !root.join(folder).exists()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::made_up::write;

    const TABLE: &str = "## Where a change goes\n\n| add | place | files |\n|---|---|---|\n\
        | a thing | one file | 1 |\n| a box | a folder | a folder |\n";

    fn patch(files: &[&str]) -> String {
        let of = |file: &&str| {
            format!(
                "diff --git a/{file} b/{file}\nnew file mode 100644\n--- /dev/null\n+++ b/{file}\n@@ -0,0 +1 @@\n+x\n"
            )
        };
        files.iter().map(of).collect()
    }

    fn faults(kind: &str, files: &[&str]) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        let change = |kind: &str| format!("kind = \"{kind}\"\nbench = [\"it\"]\n");
        let (patch, of, other) = (patch(files), change(kind), change("a thing"));
        write(
            root.path(),
            &[
                ("ARCHITECTURE.md", TABLE),
                ("boxes/first/a", ""),
                ("docs/examples/it/change.toml", &of),
                ("docs/examples/it/change.patch", &patch),
                ("docs/examples/other/change.toml", &other),
                ("docs/examples/other/change.patch", ""),
            ],
        );
        examples(root.path(), &["a thing"]).err().map(|error| error.to_string())
    }

    #[test]
    fn a_change_touches_no_more_files_than_its_row_says() {
        assert_eq!(faults("a thing", &["a"]), None);
        assert_eq!(
            faults("a thing", &["a", "b/c"]).unwrap(),
            "`it` touches 2 files, ARCHITECTURE.md says at most 1: `a`, `b/c`"
        );
        assert_eq!(faults("a house", &["a"]).unwrap(), "`it`: `ARCHITECTURE.md` has no row `a house`");
    }

    #[test]
    fn a_kind_without_an_example_and_an_example_that_tries_nothing_are_faults() {
        let root = tempfile::tempdir().unwrap();
        let change = |text: &str| {
            write(
                root.path(),
                &[
                    ("ARCHITECTURE.md", TABLE),
                    ("docs/examples/it/change.toml", text),
                    ("docs/examples/it/change.patch", ""),
                ],
            );
            examples(root.path(), &["a thing", "a box"]).unwrap_err().to_string()
        };
        let lacking = change("kind = \"a thing\"\nbench = [\"it\"]\n");
        assert_eq!(lacking, "no example under `docs/examples` shows a box");
        assert!(change("kind = \"a thing\"\n").contains("names nothing that must pass"));
    }

    #[test]
    fn a_new_folder_may_hold_any_number_and_nothing_may_lie_outside_it() {
        assert_eq!(faults("a box", &["boxes/second/a", "boxes/second/b/c"]), None);
        let outside = faults("a box", &["boxes/second/a", "boxes/first/b"]).unwrap();
        assert!(outside.ends_with("at most 0: `boxes/first/b`"), "{outside}");
    }
}
