//! The record beside each component: what it is, and what built it.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::builder::Builder;
use super::folder;

/// The content of `<name>.wasm.toml`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// Of the component, in hexadecimal.
    pub(super) sha256: String,
    /// Of the component, in bytes.
    pub(super) size: u64,
    pub(super) builder: BuilderRecord,
}

/// With the same one, a rebuild gives the same bytes.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(super) struct BuilderRecord {
    /// The line that `rustc --version` prints.
    pub(super) rustc: String,
    /// The line that `wasm-component-ld --version` prints.
    pub(super) linker: String,
    pub(super) target: String,
    /// Without those that only name folders.
    pub(super) flags: Vec<String>,
    /// Of the workloads' `Cargo.lock`.
    pub(super) cargo_lock_sha256: String,
}

impl Record {
    pub(super) fn of(component: &[u8], builder: BuilderRecord) -> Self {
        Self { sha256: sha256(component), size: component.len() as u64, builder }
    }

    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = folder::read_text(path)?;
        toml::from_str(&text).with_context(|| {
            format!("`{}` is not a record: `cargo xtask workloads build` writes a new one", path.display())
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).context("the record can't be written as TOML")?;
        folder::write_if_different(path, text.as_bytes())
    }
}

impl BuilderRecord {
    pub(super) fn of(builder: &Builder) -> Result<Self> {
        let lock = folder::read(&folder::workspace()?.join("Cargo.lock"))?;
        Ok(Self {
            rustc: builder.version.clone(),
            linker: builder.linker_version.clone(),
            target: super::builder::TARGET.to_owned(),
            flags: super::builder::FLAGS.map(str::to_owned).to_vec(),
            cargo_lock_sha256: sha256(&lock),
        })
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
