//! Whether a component whose bytes may differ still answers as its manifest expects, in the product itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::folder::Folder;
use crate::{cargo, product};

/// Runs these components in the `wasmtime` lane, below `scratch`, and fails where one gives another output.
pub(super) fn check(components: &[(&Folder, Vec<u8>)], scratch: &Path) -> Result<()> {
    if components.is_empty() {
        return Ok(());
    }
    cargo::build_all()?;
    let plimsoll = cargo::target_folder()?.join("debug/plimsoll");
    for (workload, component) in components {
        let copy = scratch.join("workloads").join(&workload.name);
        workload.copy_without_artifacts(&copy)?;
        fs::write(copy.join(file_name(&workload.component)?), component)?;
        let run = scratch.join(&workload.name).with_extension("json");
        let mut bench = Command::new(&plimsoll);
        bench.args(["bench", "--lane", "wasmtime", "--trials", "1", "--arms", "1", "--rate", "20"]);
        bench.args(["--duration", "1s", "--workloads"]).arg(&copy);
        bench.arg("--data-dir").arg(scratch.join("data")).arg("--output").arg(&run);
        // Its exit code also tells of invalid loads, which say nothing of outputs: the run's failures do.
        let done = bench.output().with_context(|| format!("could not run `{}`", plimsoll.display()))?;
        product::no_failures(&run).with_context(|| {
            format!("the rebuilt `{}`: {}", workload.name, String::from_utf8_lossy(&done.stderr))
        })?;
        println!("{}: the rebuilt component gives the expected outputs", workload.name);
    }
    Ok(())
}

fn file_name(path: &Path) -> Result<&std::ffi::OsStr> {
    path.file_name().with_context(|| format!("`{}` names no file", path.display()))
}
