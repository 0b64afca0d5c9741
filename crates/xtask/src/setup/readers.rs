//! The readers that others wrote in Python, with which tests read what is exported: in a virtual environment of their
//! own in the target folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The Debian packages that Python makes a virtual environment with.
pub(crate) const PACKAGES: [&str; 2] = ["python3", "python3-venv"];
/// Which readers, and which versions of them.
const REQUIREMENTS: &str = "crates/export/tests/it/readers/requirements.txt";

/// Whether Python can make a virtual environment here.
pub(crate) fn can_be_had() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

/// The Python that has them; they are fetched where they are missing or their versions have changed.
///
/// # Errors
/// When Python can't make a virtual environment, or pip can't fetch them.
pub(crate) fn python() -> Result<PathBuf> {
    let folder = cargo::target_folder()?.join("readers");
    let wanted = cargo::root()?.join(REQUIREMENTS);
    let python = folder.join("bin/python");
    // Written last, so that what was fetched by halves is fetched again.
    let fetched = folder.join("requirements.txt");
    let text = std::fs::read(&wanted).with_context(|| format!("could not read `{REQUIREMENTS}`"))?;
    if python.exists() && std::fs::read(&fetched).is_ok_and(|found| found == text) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(&mut pip(&python, &wanted))?;
    std::fs::write(&fetched, &text).with_context(|| format!("could not write `{}`", fetched.display()))?;
    Ok(python)
}

fn pip(python: &Path, wanted: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(wanted);
    pip
}

fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", words(command));
    let status = command.status().with_context(|| format!("could not run `{}`", words(command)))?;
    if !status.success() {
        bail!("`{}` failed with {status}: its own messages above say why", words(command));
    }
    Ok(())
}

fn words(command: &Command) -> String {
    let all = std::iter::once(command.get_program()).chain(command.get_args());
    all.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
