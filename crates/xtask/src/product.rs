//! The product itself, built in release and run.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// Builds the product and the workloads' native binaries, then runs `plimsoll bench`.
pub(crate) fn bench(arguments: &[String]) -> Result<ExitCode> {
    cargo::run(&["build", "--release", "--locked"])?;
    crate::workloads::run(crate::workloads::Action::Native)?;
    let plimsoll = cargo::target_folder()?.join("release/plimsoll");
    let status = Command::new(&plimsoll)
        .current_dir(cargo::root()?)
        .arg("bench")
        .args(arguments)
        .status()
        .with_context(|| format!("could not run `{}`", plimsoll.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// Checks a run file against the committed schema.
pub(crate) fn validate(file: &Path) -> Result<()> {
    let file = std::path::absolute(file)?;
    let Some(file) = file.to_str() else {
        bail!("`{}` is not UTF-8: rename it", file.display());
    };
    cargo::run(&["run", "--quiet", "--locked", "--package", "plimsoll-cli", "--example", "validate_run", "--", file])
}
