//! Debian packages.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// The package with the Docker engine.
pub(crate) const DOCKER: &str = "docker.io";

/// The command that installs what is missing, for people.
pub(crate) fn command() -> String {
    format!("apt-get update && apt-get install -y {DOCKER}")
}

/// Installs what is missing.
///
/// # Errors
/// When this is no Debian, or apt fails.
pub(crate) fn install() -> Result<()> {
    for arguments in [vec!["update", "-q"], vec!["install", "-y", "-q", DOCKER]] {
        let status = Command::new("apt-get")
            .args(&arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .context("could not run `apt-get`: install a Docker engine by hand, see https://docs.docker.com/engine/install/")?;
        if !status.success() {
            bail!("`apt-get {}` failed with {status}: its own messages above say why", arguments.join(" "));
        }
    }
    Ok(())
}
