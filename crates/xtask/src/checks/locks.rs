//! Lock files of every workspace in the repository: a change of one workspace's crates ages the locks of those that
//! use them, and `--locked` is refused there.

use anyhow::{Context, Result, bail};

use super::files;
use crate::cargo;

/// Fails where a committed `Cargo.lock` is not what its manifests ask for; changes none.
pub(crate) fn check() -> Result<()> {
    let root = cargo::root()?;
    let mut aged = Vec::new();
    for lock in files::tracked(&root)?.into_iter().filter(|name| name.ends_with("Cargo.lock")) {
        let manifest = lock.replace("Cargo.lock", "Cargo.toml");
        let arguments = ["metadata", "--locked", "--format-version", "1", "--manifest-path", &manifest];
        let output = cargo::command(&arguments)?.output().context("could not run `cargo`")?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            aged.push(format!(
                "`{lock}`: {}\n  mend it with: cargo update --workspace --manifest-path {manifest}",
                told.trim()
            ));
        }
    }
    if !aged.is_empty() {
        bail!("{}", aged.join("\n"));
    }
    Ok(())
}
