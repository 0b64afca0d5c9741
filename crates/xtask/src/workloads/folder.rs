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

    /// The example of its crate that makes its inputs, where it has one.
    pub(crate) fn input_maker(&self) -> Option<String> {
        let example = format!("{}-inputs", self.name);
        self.path.join("examples").join(&example).with_extension("rs").is_file().then_some(example)
    }
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
