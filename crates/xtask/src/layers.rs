//! Who may import whom, held against `cargo metadata` and against the picture in `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::cargo;

const PREFIX: &str = "plimsoll-";

/// What each crate may import, beyond `model`, which everything may. Tests may import more.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("files", &[]),
    ("runtime", &["files"]),
    ("process", &["runtime"]),
    ("analysis", &[]),
    ("store", &["files"]),
    ("registry", &["files"]),
    ("budget", &["analysis"]),
    ("capsule", &["files"]),
    ("format", &["analysis"]),
    ("chart", &["analysis", "format"]),
    ("report", &["analysis", "chart", "format"]),
    ("export", &["analysis", "chart", "format", "report"]),
    ("engine", &["runtime"]),
    ("runtime-docker", &["files", "process", "registry", "runtime"]),
    ("runtime-native", &["files", "process", "runtime"]),
    ("runtime-oci", &["files", "process", "runtime"]),
    ("runtime-wasmtime", &["files", "process", "registry", "runtime"]),
    (
        "app",
        &[
            "analysis",
            "budget",
            "capsule",
            "chart",
            "export",
            "engine",
            "files",
            "format",
            "report",
            "runtime-docker",
            "runtime-native",
            "runtime-oci",
            "runtime-wasmtime",
            "store",
        ],
    ),
    ("cli", &["app"]),
    ("desktop", &["app"]),
    ("xtask", &[]),
];

/// Crates that measure the others and may import any of them.
const FREE: &[&str] = &["benches"];

/// Third-party crates that only one of ours may import.
const RESERVED: &[(&str, &str)] = &[
    ("bollard", "runtime-docker"),
    ("reqwest", "registry"),
    ("tauri", "desktop"),
    ("wasmtime", "runtime-wasmtime"),
    ("wasmparser", "runtime-wasmtime"),
];

/// Fails when a crate imports what it may not, or the picture differs from the list.
pub(crate) fn check() -> Result<()> {
    let imports = imports()?;
    let mut faults = Vec::new();
    for (name, imported) in &imports {
        faults.extend(faults_of(name, imported));
    }
    let file = cargo::root()?.join("ARCHITECTURE.md");
    let page = fs::read_to_string(&file).context("could not read `ARCHITECTURE.md`")?;
    if !page.contains(&picture()) {
        faults.push(format!("`ARCHITECTURE.md` shows another picture; it must hold:\n{}", picture()));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("{} crates import only what they may", imports.len());
    Ok(())
}

fn faults_of(name: &str, imported: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for other in imported {
        if let Some((_, only)) = RESERVED.iter().find(|(crate_name, _)| crate_name == other)
            && *only != name
            && !FREE.contains(&name)
        {
            faults.push(format!("`{name}` imports `{other}`, which only `{only}` may"));
        }
    }
    if FREE.contains(&name) {
        return faults;
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        faults.push(format!(
            "`{name}` has no place in the list of layers: add it to crates/xtask/src/layers.rs"
        ));
        return faults;
    };
    for other in imported.iter().filter_map(|other| other.strip_prefix(PREFIX)) {
        if other != "model" && !allowed.contains(&other) {
            faults.push(format!("`{name}` imports `{other}`, which the layers do not allow"));
        }
    }
    faults
}

/// Direct imports of each crate of ours, without those of tests.
fn imports() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let metadata = MetadataCommand::new().current_dir(cargo::root()?).no_deps().exec()?;
    let mut imports = BTreeMap::new();
    for package in metadata.packages {
        let name = package.name.strip_prefix(PREFIX).unwrap_or(&package.name).to_owned();
        let built = package.dependencies.into_iter().filter(|it| it.kind != DependencyKind::Development);
        imports.insert(name, built.map(|it| it.name).collect());
    }
    Ok(imports)
}

/// The list as a Mermaid picture.
fn picture() -> String {
    let mut picture = "```mermaid\ngraph TD\n".to_owned();
    for (name, allowed) in ALLOWED {
        for other in *allowed {
            picture.push_str(&format!("    {name} --> {other}\n"));
        }
    }
    picture.push_str("```\n");
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_against_the_layers_is_named() {
        let imported =
            BTreeSet::from(["plimsoll-app".to_owned(), "plimsoll-model".to_owned(), "bollard".to_owned()]);
        let faults = faults_of("engine", &imported);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("only `runtime-docker` may"));
        assert!(faults[1].contains("`engine` imports `app`"));
    }
}
