//! Hands the version of Wasmtime that the lock file pins to the crate: Wasmtime exports none.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var("CARGO_MANIFEST_DIR")?;
    let lock = Path::new(&folder).join("../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = std::fs::read_to_string(&lock)?;
    let version = text
        .split("[[package]]")
        .find(|package| package.contains("\nname = \"wasmtime\"\n"))
        .and_then(|package| package.split("\nversion = \"").nth(1)?.split('"').next())
        .ok_or("`Cargo.lock` pins no `wasmtime`")?;
    println!("cargo::rustc-env=PLIMSOLL_WASMTIME_VERSION={version}");
    Ok(())
}
