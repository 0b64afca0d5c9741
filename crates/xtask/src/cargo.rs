//! Calls of cargo, from the repository's root.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The repository's root, as the cargo that runs us says it: two clones may share one built `xtask`.
pub(crate) fn root() -> Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest = PathBuf::from(manifest);
    let root = manifest.ancestors().nth(2).context("crates/xtask has left the repository")?;
    Ok(root.to_path_buf())
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root()?)
        .no_deps()
        .exec()
        .context("`cargo metadata` failed")?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// The cargo that called us.
pub(crate) fn command(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?).args(arguments);
    Ok(command)
}

/// Runs cargo and fails when it does.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    println!("$ cargo {}", arguments.join(" "));
    let status = command(arguments)?.status().context("could not run `cargo`")?;
    if !status.success() {
        bail!("`cargo {}` failed with {status}", arguments.join(" "));
    }
    Ok(())
}

/// Builds every program, example and test of the workspace in the debug profile. Another selection of packages would
/// unite other features and compile Wasmtime anew, so whoever needs one of them builds all.
pub(crate) fn build_all() -> Result<()> {
    run(&["test", "--workspace", "--locked", "--no-run"])
}

/// Licences, sources and banned crates, where cargo-deny is installed; says so where it is not.
pub(crate) fn deny() -> Result<()> {
    let installed = command(&["deny", "--version"])?.output().is_ok_and(|output| output.status.success());
    if !installed {
        println!("cargo-deny is not installed: licences, bans and sources are not checked here");
        return Ok(());
    }
    run(&["deny", "--offline", "check", "bans", "licenses", "sources"])
}
