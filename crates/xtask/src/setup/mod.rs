//! Brings a machine to where benchmarks and tests can run: Debian packages, a Docker engine, for the window Node.js, and
//! for what is exported the readers of others.

mod docker;
pub(crate) mod node;
mod packages;
pub(crate) mod readers;

use std::io::IsTerminal;

use anyhow::{Result, bail};

/// Set on a machine that is there for the tests alone.
const CI: &str = "PLIMSOLL_CI";

/// What is missing may not be installed or started here.
#[derive(Debug, thiserror::Error)]
#[error("{what} needs root, and this is not root. Run this, then try again:\n\n    {command}\n")]
pub(crate) struct NeedsRoot {
    what: &'static str,
    command: String,
}

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// What benchmarks run on.
    Engine,
    /// What the window is built and tested with.
    Window,
    /// Both, and what tests read exports with.
    Everything,
}

/// Installs and starts what is missing, after saying what.
///
/// # Errors
/// [`NeedsRoot`] with the exact command where it may not; otherwise what failed.
pub(crate) fn set_up(wanted: Wanted) -> Result<()> {
    let engine = if wanted == Wanted::Window { docker::Engine::Answers } else { docker::find() };
    let starts = !matches!(engine, docker::Engine::Answers);
    let mut names = Vec::new();
    if matches!(engine, docker::Engine::Absent) {
        names.push(packages::DOCKER);
    }
    let fetches_node = wanted != Wanted::Engine && !node::is_there();
    if wanted != Wanted::Engine {
        names.extend(packages::missing(&packages::WINDOW));
        if fetches_node {
            names.extend(packages::missing(&["nodejs", "npm"]));
        }
    }
    if wanted == Wanted::Everything {
        names.extend(packages::missing(&packages::LANES));
    }
    if wanted == Wanted::Everything && std::env::var_os(CI).is_some() {
        names.extend(packages::missing(&[packages::REGISTRY]));
    }
    if wanted == Wanted::Everything && !readers::can_be_had() {
        names.extend(packages::missing(&readers::PACKAGES));
    }
    let mut steps = Vec::new();
    if !names.is_empty() {
        steps.push(format!("install Debian packages: {}", names.join(", ")));
    }
    if starts {
        steps.push("start the Docker engine (dockerd); it keeps running afterwards".to_owned());
    }
    if fetches_node {
        steps.push("fetch Node.js into the cache folder, for this user".to_owned());
    }
    if steps.is_empty() {
        return Ok(());
    }
    println!("To run everything, this will:");
    for step in &steps {
        println!("  - {step}");
    }
    let needs_root = starts || !names.is_empty();
    if needs_root && !rustix::process::geteuid().is_root() {
        let install = (!names.is_empty()).then(|| packages::command(&names));
        let start = starts.then(|| docker::start_command().to_owned());
        let commands: Vec<String> = install.into_iter().chain(start).collect();
        let command = format!("sudo sh -c '{}'", commands.join(" && "));
        return Err(NeedsRoot { what: "setting this machine up", command }.into());
    }
    confirm()?;
    if !names.is_empty() {
        packages::install(&names)?;
    }
    if fetches_node && !node::is_there() {
        node::install()?;
    }
    if starts { docker::start() } else { Ok(()) }
}

fn confirm() -> Result<()> {
    if !std::io::stdin().is_terminal() {
        return Ok(());
    }
    if dialoguer::Confirm::new().with_prompt("Go ahead?").default(true).interact()? {
        return Ok(());
    }
    bail!("nothing was installed or started")
}
