//! The component side: built, copied into its folder, and recorded.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::builder::{self, Builder, FLAGS, TARGET};
use super::folder::{self, Folder};
use super::native::{FLAG_SEPARATOR, in_workspace, run};
use super::record::{BuilderRecord, Record};

/// Rebuilds every committed component and its record.
pub(super) fn build() -> Result<()> {
    let builder = Builder::find()?;
    println!("building with {}", builder.version);
    let target = folder::target()?.join("components");
    for folder in folder::built()? {
        let component = folder::read(&compile(&folder, &builder, &target)?)?;
        let record = Record::of(&component, BuilderRecord::of(&builder)?);
        folder::write_if_different(&folder.component, &component)?;
        record.write(&folder.record())?;
        println!("{} {} bytes, SHA-256 {}", folder.name, record.size, record.sha256);
    }
    Ok(())
}

/// Builds one workload's component into `target` and gives its path.
pub(super) fn compile(folder: &Folder, builder: &Builder, target: &Path) -> Result<PathBuf> {
    let name = folder.name.as_str();
    let mut cargo = in_workspace(&["rustc", "--release", "--locked", "--package", name, "--lib"])?;
    cargo.args(["--crate-type", "cdylib", "--target", TARGET]).env("CARGO_TARGET_DIR", target);
    let flags = FLAGS.into_iter().map(str::to_owned).chain(builder::remappings()?);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.collect::<Vec<_>>().join(FLAG_SEPARATOR));
    builder.apply(&mut cargo)?;
    run(&mut cargo)?;
    Ok(target.join(TARGET).join("release").join(name.replace('-', "_")).with_extension("wasm"))
}
