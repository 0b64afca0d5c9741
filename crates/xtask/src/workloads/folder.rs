//! Which workloads there are: every folder with a `workload.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::cargo;

/// One workload's folder. Its crate has the same name.
pub(crate) struct Folder {
    /// Also the name of the crate.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// The committed component.
    pub(crate) component: PathBuf,
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    artifacts: Artifacts,
}

#[derive(Deserialize)]
struct Artifacts {
    component: PathBuf,
}

impl Folder {
    /// What was recorded when the component was built.
    pub(crate) fn record(&self) -> PathBuf {
        self.component.with_extension("wasm.toml")
    }

    /// Where `native` puts the binary of an architecture.
    pub(crate) fn native(&self, arch: &str) -> PathBuf {
        self.path.join("native").join(arch).join(&self.name)
    }

    /// Whether it is a crate of the workloads' workspace; else it brings its artifacts.
    fn is_built(&self) -> bool {
        self.path.join("Cargo.toml").is_file()
    }

    /// The example of its crate that makes its inputs, where it has one.
    pub(crate) fn input_maker(&self) -> Option<String> {
        let example = format!("{}-inputs", self.name);
        self.path.join("examples").join(&example).with_extension("rs").is_file().then_some(example)
    }
}

/// What a workload needs beside its artifacts.
const SOURCES: [&str; 3] = ["workload.toml", "inputs", "expected"];

impl Folder {
    /// Copies all that it needs to be run, but no artifact.
    pub(crate) fn copy_without_artifacts(&self, to: &Path) -> Result<()> {
        make(to)?;
        for name in SOURCES {
            let from = self.path.join(name);
            if from.is_dir() {
                copy_files(&from, &to.join(name))?;
            } else if from.is_file() {
                copy(&from, &to.join(name))?;
            }
        }
        Ok(())
    }

    /// Copies it whole, with the native binary of this machine's architecture. One that is not built here may lack that and
    /// the record of a component's making.
    pub(crate) fn copy_to(&self, to: &Path) -> Result<()> {
        self.copy_without_artifacts(to)?;
        for artifact in [&self.component, &self.record(), &self.native(std::env::consts::ARCH)] {
            if !self.is_built() && !artifact.exists() {
                continue;
            }
            let below =
                artifact.strip_prefix(&self.path).context("an artifact lies in its workload's folder")?;
            let copied = to.join(below);
            if let Some(parent) = copied.parent() {
                make(parent)?;
            }
            copy(artifact, &copied)?;
        }
        Ok(())
    }
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    make(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read `{}`", from.display()))? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make `{}`", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("could not copy `{}`", from.display()))?;
    Ok(())
}

/// The cargo workspace of the workloads.
pub(crate) fn workspace() -> Result<PathBuf> {
    Ok(cargo::root()?.join("workloads"))
}

/// Where that workspace puts what it builds.
pub(crate) fn target() -> Result<PathBuf> {
    Ok(workspace()?.join("target"))
}

/// All workloads, by name.
pub(crate) fn all() -> Result<Vec<Folder>> {
    let workspace = workspace()?;
    let entries =
        fs::read_dir(&workspace).with_context(|| format!("could not read `{}`", workspace.display()))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("workload.toml").is_file() {
            folders.push(open(path)?);
        }
    }
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(folders)
}

/// Those whose artifacts are built here, by name.
pub(crate) fn built() -> Result<Vec<Folder>> {
    let mut folders = all()?;
    folders.retain(Folder::is_built);
    Ok(folders)
}

fn open(path: PathBuf) -> Result<Folder> {
    let manifest = path.join("workload.toml");
    let text = read_text(&manifest)?;
    let Manifest { name, artifacts } =
        toml::from_str(&text).with_context(|| format!("`{}` is not a manifest", manifest.display()))?;
    let component = path.join(artifacts.component);
    Ok(Folder { name, path, component })
}

/// The text of a file, with its name in the error.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))
}

/// The bytes of a file, with its name in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("could not read `{}`", path.display()))
}

/// Writes a file unless it already holds these bytes, so that nothing downstream sees it as new.
pub(crate) fn write_if_different(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("could not write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(files: &[&str]) -> Result<PathBuf> {
        let root = tempfile::tempdir()?;
        let (from, to) = (root.path().join("quiet"), root.path().join("copy"));
        make(&from)?;
        for file in files {
            fs::write(from.join(file), "name = \"quiet\"\n[artifacts]\ncomponent = \"quiet.wasm\"\n")?;
        }
        open(from)?.copy_to(&to)?;
        Ok(to.join("quiet.wasm")).inspect(|component| assert!(component.is_file()))
    }

    #[test]
    fn only_what_is_built_here_must_have_a_binary_and_a_record() {
        assert!(copied(&["workload.toml", "quiet.wasm"]).is_ok());
        let error = copied(&["workload.toml", "quiet.wasm", "Cargo.toml"]).unwrap_err();
        assert!(error.to_string().contains("quiet.wasm.toml"), "{error:#}");
    }
}
