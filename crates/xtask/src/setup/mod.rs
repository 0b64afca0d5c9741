//! Brings a machine to where benchmarks and tests can run: Debian packages and a Docker engine.

mod docker;
mod packages;

use std::io::IsTerminal;

use anyhow::{Result, bail};

/// What is missing may not be installed or started here.
#[derive(Debug, thiserror::Error)]
#[error("{what} needs root, and this is not root. Run this, then try again:\n\n    {command}\n")]
pub(crate) struct NeedsRoot {
    what: &'static str,
    command: String,
}

/// Installs and starts what is missing, after saying what.
///
/// # Errors
/// [`NeedsRoot`] with the exact command where it may not; otherwise what failed.
pub(crate) fn everything() -> Result<()> {
    let engine = docker::find();
    let mut steps = Vec::new();
    if matches!(engine, docker::Engine::Absent) {
        steps.push(format!("install the Debian package {}", packages::DOCKER));
    }
    if !matches!(engine, docker::Engine::Answers) {
        steps.push("start the Docker engine (dockerd); it keeps running afterwards".to_owned());
    }
    if steps.is_empty() {
        return Ok(());
    }
    println!("To run containers, this will:");
    for step in &steps {
        println!("  - {step}");
    }
    if !rustix::process::geteuid().is_root() {
        let install = packages::command();
        let command = match engine {
            docker::Engine::Absent => format!("sudo sh -c '{install} && {}'", docker::start_command()),
            _ => format!("sudo {}", docker::start_command()),
        };
        return Err(NeedsRoot { what: "setting up Docker", command }.into());
    }
    confirm()?;
    if matches!(engine, docker::Engine::Absent) {
        packages::install()?;
    }
    docker::start()
}

fn confirm() -> Result<()> {
    if !std::io::stdin().is_terminal() {
        return Ok(());
    }
    if dialoguer::Confirm::new().with_prompt("Go ahead?").default(true).interact()? {
        return Ok(());
    }
    bail!("nothing was installed: containers can't be measured without a Docker engine")
}
