//! Debian packages.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The package with the Docker engine.
pub(crate) const DOCKER: &str = "docker.io";

/// What the window is built with and tested in.
pub(crate) const WINDOW: [&str; 5] =
    ["libwebkit2gtk-4.1-dev", "webkit2gtk-driver", "xvfb", "dbus-daemon", "chromium"];

/// The browser, unless the variable of this name tells where another one is.
const BROWSER: (&str, &str) = ("chromium", "CHROMIUM");

/// What lanes are tried with that stand on a program of this machine.
pub(crate) const LANES: [&str; 1] = ["bubblewrap"];

/// A registry of images, which the tests of pulling start for themselves. Its package starts one for everybody: only a
/// machine that is there for the tests gets it.
pub(crate) const REGISTRY: &str = "docker-registry";

/// Those that are not installed.
pub(crate) fn missing(names: &[&'static str]) -> Vec<&'static str> {
    let other_browser = std::env::var_os(BROWSER.1).is_some();
    let wanted = names.iter().copied().filter(|name| !(other_browser && *name == BROWSER.0));
    wanted.filter(|name| !is_installed(name)).collect()
}

fn is_installed(name: &str) -> bool {
    let query =
        Command::new("dpkg-query").args(["-W", "-f", "${Status}", name]).stderr(Stdio::null()).output();
    query.is_ok_and(|answer| answer.stdout.starts_with(b"install ok installed"))
}

/// The command that installs them, for people.
pub(crate) fn command(names: &[&str]) -> String {
    format!("apt-get update && apt-get install -y --no-install-recommends {}", names.join(" "))
}

/// Installs them.
///
/// # Errors
/// When this is no Debian, or apt fails.
pub(crate) fn install(names: &[&str]) -> Result<()> {
    let install = [&["install", "-y", "-q", "--no-install-recommends"], names].concat();
    for arguments in [vec!["update", "-q"], install] {
        let status = Command::new("apt-get")
            .args(&arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .with_context(|| format!("could not run `apt-get`: install {} by hand", names.join(", ")))?;
        if !status.success() {
            bail!("`apt-get {}` failed with {status}: its own messages above say why", arguments.join(" "));
        }
    }
    Ok(())
}
