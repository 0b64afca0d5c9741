//! The native side: static binaries, for containers without a C library.

use std::env;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::folder::{self, Folder};

/// Separates the flags in `CARGO_ENCODED_RUSTFLAGS`, so that a path in one may hold a space.
pub(super) const FLAG_SEPARATOR: &str = "\x1f";

/// Builds every binary for this machine and puts it into its workload's folder.
pub(super) fn build() -> Result<()> {
    let host = host_triple()?;
    // An explicit target keeps the flags away from build scripts and macros, which can't be static.
    let mut cargo = in_workspace(&["build", "--release", "--locked", "--bins", "--target", &host])?;
    cargo.env("CARGO_ENCODED_RUSTFLAGS", ["-C", "target-feature=+crt-static"].join(FLAG_SEPARATOR));
    run(&mut cargo)?;
    let built = folder::target()?.join(host).join("release");
    for folder in folder::built()? {
        install(&built.join(&folder.name), &folder)?;
    }
    Ok(())
}

fn install(binary: &std::path::Path, folder: &Folder) -> Result<()> {
    let to = folder.native(env::consts::ARCH);
    let bytes = folder::read(binary)?;
    if fs::read(&to).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let parent = to.parent().context("a binary's path has a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("could not make `{}`", parent.display()))?;
    // By rename: the present one may be running, and then it can't be written to.
    let partial = to.with_extension("partial");
    fs::copy(binary, &partial)
        .and_then(|_| fs::rename(&partial, &to))
        .with_context(|| format!("could not write `{}`", to.display()))?;
    println!("{} {} bytes", to.display(), bytes.len());
    Ok(())
}

/// Cargo in the workspace of the workloads, with that workspace's own target folder.
pub(super) fn in_workspace(arguments: &[&str]) -> Result<Command> {
    let mut command = crate::cargo::command(arguments)?;
    command
        .current_dir(folder::workspace()?)
        .env("CARGO_TARGET_DIR", folder::target()?)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    Ok(command)
}

/// Runs a command and fails when it does.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("could not run `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed with {status}");
    }
    Ok(())
}

/// What a command printed on standard output; an error with its standard error when it fails.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.output().with_context(|| format!("could not run `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that is not UTF-8"))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// This machine's target triple.
pub(super) fn host_triple() -> Result<String> {
    let told = output(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` does not tell its host")
}
