//! How long source files are: one that is long has more than one reason to change.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo;

/// Lines.
const LONGEST: usize = 500;
/// Lines, for the one in the middle.
const MEDIAN: usize = 100;
const ENDINGS: [&str; 5] = ["rs", "ts", "svelte", "css", "js"];
/// What `cargo xtask generate` writes of such files.
const GENERATED: [&str; 1] = ["ui/src/generated/types.ts"];
const SHOWN: usize = 10;

/// Fails where a source file, or the one in the middle, is too long. Says how long they are.
pub(crate) fn check() -> Result<()> {
    let root = cargo::root()?;
    let mut lengths = Vec::new();
    for name in tracked(&root)? {
        if GENERATED.contains(&name.as_str()) {
            continue;
        }
        if ENDINGS.iter().any(|ending| Path::new(&name).extension().is_some_and(|found| found == *ending)) {
            let file = root.join(&name);
            // Removed and not yet committed.
            if !file.exists() {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| format!("could not read `{name}`"))?;
            lengths.push((text.lines().count(), name));
        }
    }
    let lengths = Lengths::of(lengths);
    println!("{lengths}");
    let faults = lengths.faults();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Every file that git knows, by its place in the repository.
pub(crate) fn tracked(root: &Path) -> Result<Vec<String>> {
    let mut listed = Command::new("git");
    listed.current_dir(root).args(["ls-files", "-z"]);
    let output = listed.output().context("could not run `git`")?;
    if !output.status.success() {
        bail!("`git ls-files` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    Ok(text.split_terminator('\0').map(str::to_owned).collect())
}

/// Lines and name of each file, longest first.
struct Lengths(Vec<(usize, String)>);

impl Lengths {
    fn of(mut lengths: Vec<(usize, String)>) -> Self {
        lengths.sort_by(|a, b| b.cmp(a));
        Self(lengths)
    }

    /// The longer one of two in the middle.
    fn median(&self) -> usize {
        self.0.get(self.0.len().saturating_sub(1) / 2).map_or(0, |(lines, _)| *lines)
    }

    fn faults(&self) -> Vec<String> {
        let too_long = self.0.iter().take_while(|(lines, _)| *lines > LONGEST);
        let mut faults: Vec<String> = too_long
            .map(|(lines, name)| {
                format!("`{name}` has {lines} lines, more than {LONGEST}: split it by what it is about")
            })
            .collect();
        if self.median() > MEDIAN {
            faults.push(format!(
                "half of all source files have {} lines or more: {MEDIAN} are allowed",
                self.median()
            ));
        }
        faults
    }
}

impl std::fmt::Display for Lengths {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} source files, {} lines in the middle; the longest:", self.0.len(), self.median())?;
        self.0.iter().take(SHOWN).try_for_each(|(lines, name)| write!(out, "\n{lines:>6} {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[usize]) -> Lengths {
        Lengths::of(lengths.iter().map(|lines| (*lines, format!("{lines}.rs"))).collect())
    }

    #[test]
    fn a_file_over_the_limit_is_named_and_one_at_it_is_not() {
        let faults = of(&[1, 2, 3, 500, 501]).faults();
        assert_eq!(faults, ["`501.rs` has 501 lines, more than 500: split it by what it is about"]);
    }

    #[test]
    fn the_one_in_the_middle_counts() {
        assert_eq!(of(&[1, 100, 400]).faults(), Vec::<String>::new());
        assert_eq!(of(&[1, 100, 101, 400]).faults().len(), 1);
        assert_eq!(of(&[]).median(), 0);
    }
}
