//! The window: its pages, its program, its package.

use std::fs;
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

/// A window has nowhere to open; the window's program says the same, but is built first.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set\n  way out: run this in a \
     graphical session, or measure without a window: `cargo xtask bench`"
)]
pub(crate) struct NoDisplay;

/// Makes sure that there is a display, before anything is set up or built for it.
pub(crate) fn has_display() -> Result<(), NoDisplay> {
    let named = |variable: &str| std::env::var_os(variable).is_some_and(|name| !name.is_empty());
    if named("DISPLAY") || named("WAYLAND_DISPLAY") { Ok(()) } else { Err(NoDisplay) }
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

/// Builds in release and measures what the window costs.
pub(crate) fn cost() -> Result<()> {
    build_released()?;
    with_released(Command::new(cargo::target_folder()?.join("debug/examples/window_cost")))
}

/// The screens that the README shows, by what the window's tests call them.
const PICTURES: [(&str, &str); 4] =
    [("bench-light", "bench"), ("race-dark", "race"), ("run-light", "run"), ("charts-dark", "charts")];

/// Runs the window's tests on a release build and keeps four of their pictures for the README.
pub(crate) fn pictures() -> Result<()> {
    build_released()?;
    with_released(cargo::command(&["test", "--workspace", "--locked", "--test", "window"])?)?;
    let (from, to) = (cargo::target_folder()?.join("tmp/window"), cargo::root()?.join("docs/pictures"));
    fs::create_dir_all(&to)?;
    for (taken, shown) in PICTURES {
        let (taken, shown) = (from.join(taken).with_extension("png"), to.join(shown).with_extension("png"));
        fs::copy(&taken, &shown).with_context(|| format!("could not copy `{}`", taken.display()))?;
        println!("{}", shown.display());
    }
    Ok(())
}

fn build_released() -> Result<()> {
    pages()?;
    build()?;
    crate::workloads::run(crate::workloads::Action::Native)?;
    cargo::build_all()
}

/// Runs a program of the tests on the window as it is released.
fn with_released(mut command: Command) -> Result<()> {
    let window = cargo::target_folder()?.join("release/plimsoll-desktop");
    command.current_dir(cargo::root()?).env("PLIMSOLL_DESKTOP", window);
    let status = command.status().with_context(|| format!("could not run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed with {status}");
    }
    Ok(())
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
