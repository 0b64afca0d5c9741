//! The window: its pages, its program, its package.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo;
use crate::setup::node;

/// Builds the pages, which the window's program holds.
pub(crate) fn pages() -> Result<()> {
    npm(&["ci", "--no-audit", "--no-fund"])?;
    npm(&["run", "build"])
}

/// Checks the pages' types and runs their tests, the last ones in a browser.
pub(crate) fn test_pages() -> Result<()> {
    ["check", "test", "test:screens"].iter().try_for_each(|script| npm(&["run", script]))
}

/// Builds everything and opens the window.
pub(crate) fn open() -> Result<ExitCode> {
    pages()?;
    build()?;
    crate::workloads::run(crate::workloads::Action::Native)?;
    let program = cargo::target_folder()?.join("release/plimsoll-desktop");
    let status = Command::new(&program).current_dir(cargo::root()?).status();
    let status = status.with_context(|| format!("could not run `{}`", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// The window, the command and the worker in one build, so that they agree on every crate they share.
pub(crate) fn build() -> Result<()> {
    let packages = ["-p", "plimsoll-desktop", "-p", "plimsoll-cli", "-p", "plimsoll-runtime-wasmtime"];
    cargo::run(&[&["build", "--release", "--locked"], packages.as_slice()].concat())
}

/// Runs a program of the pages' packages from the repository's root.
pub(crate) fn of_packages(program: &str, arguments: &[&std::ffi::OsStr]) -> Result<()> {
    let root = cargo::root()?;
    let path = root.join("ui/node_modules/.bin").join(program);
    let status = Command::new(&path)
        .args(arguments)
        .current_dir(&root)
        .env("PATH", node::path()?)
        .env("CARGO_TARGET_DIR", cargo::target_folder()?)
        .status()
        .with_context(|| format!("could not run `{}`", path.display()))?;
    if !status.success() {
        bail!("`{program}` failed with {status}");
    }
    Ok(())
}

fn npm(arguments: &[&str]) -> Result<()> {
    println!("$ npm {}", arguments.join(" "));
    let status = Command::new("npm")
        .args(arguments)
        .current_dir(cargo::root()?.join("ui"))
        .env("PATH", node::path()?)
        .status()
        .context("could not run `npm`")?;
    if !status.success() {
        bail!("`npm {}` failed with {status}", arguments.join(" "));
    }
    Ok(())
}
