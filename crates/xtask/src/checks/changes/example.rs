//! One example: a folder with `change.patch` and `change.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::patch;

/// One change that the table speaks of.
#[derive(Debug)]
pub(super) struct Example {
    /// The folder's.
    pub(super) name: String,
    pub(super) patch: PathBuf,
    /// Every file that the patch makes, changes, moves or removes.
    pub(super) touched: Vec<String>,
    pub(super) kind: String,
    pub(super) tests: Vec<Test>,
    pub(super) bench: Vec<String>,
}

/// `change.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// The row of the table.
    kind: String,
    /// Tests that must pass.
    #[serde(default, rename = "test")]
    tests: Vec<Test>,
    /// Words for `plimsoll bench`, run in the changed repository: no trial may fail, and in
    /// every row one must do what it should.
    #[serde(default)]
    bench: Vec<String>,
}

/// A test of a package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    pub(super) package: String,
    /// As `cargo test` prints it.
    pub(super) name: String,
}

/// Every example below a folder, by name.
pub(super) fn all(folder: &Path) -> Result<Vec<Example>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read `{}`", folder.display()))?;
    let mut examples = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            examples.push(Example::read(&path)?);
        }
    }
    examples.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(examples)
}

impl Example {
    fn read(folder: &Path) -> Result<Self> {
        let name = folder.file_name().context("an example lies in a folder")?.to_string_lossy().into_owned();
        let change = folder.join("change.toml");
        let Change { kind, tests, bench } = toml::from_str(&text(&change)?)
            .with_context(|| format!("`{}` is no example", change.display()))?;
        if tests.is_empty() && bench.is_empty() {
            bail!("`{}` names nothing that must pass: a `[[test]]` or a `bench`", change.display());
        }
        let patch = folder.join("change.patch");
        let touched = patch::touched(&text(&patch)?);
        Ok(Self { name, patch, touched, kind, tests, bench })
    }

    /// For messages.
    pub(super) fn patch_name(&self) -> String {
        format!("{}/{}/change.patch", super::EXAMPLES, self.name)
    }
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))
}
