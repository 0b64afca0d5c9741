//! Whether the committed files are what a rebuild gives.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::builder::Builder;
use super::component;
use super::folder::{self, Folder};
use super::native::{in_workspace, run};
use super::outputs;
use super::record::{BuilderRecord, Record, sha256};

/// Checks hashes, inputs, expected outputs, and the bytes of the components where they can be rebuilt.
pub(super) fn verify() -> Result<()> {
    let folders = folder::built()?;
    let scratch = Scratch::new()?;
    for folder in &folders {
        check_hash(folder)?;
    }
    for folder in &folders {
        if let Some(example) = folder.input_maker() {
            check_inputs(folder, &example, &scratch.0)?;
        }
    }
    println!("expected outputs: running every core against its manifest");
    run(&mut in_workspace(&["test", "--locked", "--quiet"])?)?;
    match Builder::find() {
        Ok(builder) => rebuild(&folders, &builder, &scratch.0),
        Err(error) => {
            println!("components: only their hashes were checked, they were not rebuilt: {error:#}");
            Ok(())
        }
    }
}

fn check_hash(folder: &Folder) -> Result<()> {
    let record = Record::read(&folder.record())?;
    let found = sha256(&folder::read(&folder.component)?);
    if found != record.sha256 {
        bail!(
            "`{}` has the SHA-256 {found}, its record says {}: `cargo xtask workloads build` makes both anew",
            folder.component.display(),
            record.sha256
        );
    }
    println!("{}: the component has its recorded SHA-256", folder.name);
    Ok(())
}

fn check_inputs(folder: &Folder, example: &str, scratch: &Path) -> Result<()> {
    let made = scratch.join("inputs").join(&folder.name);
    let mut cargo = in_workspace(&["run", "--locked", "--quiet", "--package", &folder.name])?;
    run(cargo.args(["--example", example, "--"]).arg(&made))?;
    let committed = folder.path.join("inputs");
    for entry in fs::read_dir(&made).with_context(|| format!("could not read `{}`", made.display()))? {
        let made = entry?;
        let path = committed.join(made.file_name());
        if folder::read(&path)? != folder::read(&made.path())? {
            bail!(
                "`{}` is not what its program makes: `cargo run --package {} --example {example} -- {}` in `workloads` \
                 writes it anew",
                path.display(),
                folder.name,
                committed.display()
            );
        }
    }
    println!("{}: the inputs are what their program makes", folder.name);
    Ok(())
}

fn rebuild(folders: &[Folder], builder: &Builder, scratch: &Path) -> Result<()> {
    let now = BuilderRecord::of(builder)?;
    let mut differing = Vec::new();
    let mut by_another = Vec::new();
    for folder in folders {
        let record = Record::read(&folder.record())?;
        let rebuilt = folder::read(&component::compile(folder, builder, &scratch.join("components"))?)?;
        let sha256 = sha256(&rebuilt);
        if sha256 == record.sha256 {
            println!("{}: rebuilt, equal bytes", folder.name);
        } else if now == record.builder {
            println!("{}: rebuilt with the recorded builder, but the SHA-256 is {sha256}", folder.name);
            differing.push(folder.name.as_str());
        } else {
            println!(
                "{}: rebuilt with another builder: {} bytes, was {}",
                folder.name,
                rebuilt.len(),
                record.size
            );
            explain(&record.builder, &now);
            by_another.push((folder, rebuilt));
        }
    }
    if !differing.is_empty() {
        bail!(
            "the components of {} are not what their sources give: `cargo xtask workloads build` makes them anew",
            differing.join(", ")
        );
    }
    outputs::check(&by_another, &scratch.join("outputs"))
}

fn explain(recorded: &BuilderRecord, now: &BuilderRecord) {
    for (what, recorded, now) in [
        ("rustc", &recorded.rustc, &now.rustc),
        ("linker", &recorded.linker, &now.linker),
        ("Cargo.lock", &recorded.cargo_lock_sha256, &now.cargo_lock_sha256),
    ] {
        if recorded != now {
            println!("  {what}: recorded {recorded}, now {now}");
        }
    }
    if recorded.flags != now.flags {
        println!("  flags: recorded {:?}, now {:?}", recorded.flags, now.flags);
    }
}

/// A folder that is empty at the start and gone at the end, so that a rebuild is one.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let path = folder::target()?.join(format!("verify-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("could not make `{}`", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("could not remove `{}`: {error}", self.0.display());
        }
    }
}
