//! The Debian package: the window, the command and its worker beside it, the workloads, pages of the manual.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::workloads::{self, Action};
use crate::{cargo, window};

/// Where Debian's shells look for completions, and what ours are called there.
const COMPLETIONS: [(&str, &str); 3] = [
    ("docs/completions/plimsoll.bash", "/usr/share/bash-completion/completions/plimsoll"),
    ("docs/completions/_plimsoll", "/usr/share/zsh/vendor-completions/_plimsoll"),
    ("docs/completions/plimsoll.fish", "/usr/share/fish/vendor_completions.d/plimsoll.fish"),
];

/// Builds everything and packs it; says where the package lies.
pub(crate) fn debian() -> Result<()> {
    window::pages()?;
    window::build()?;
    workloads::run(Action::Native)?;
    let built = cargo::target_folder()?.join("release");
    let stage = cargo::target_folder()?.join("package");
    if stage.exists() {
        fs::remove_dir_all(&stage).with_context(|| format!("could not remove `{}`", stage.display()))?;
    }
    workloads::copy_all(&stage.join("workloads"))?;
    let settings = stage.join("settings.json");
    fs::write(&settings, serde_json::to_vec_pretty(&addition(&cargo::root()?, &built, &stage)?)?)
        .with_context(|| format!("could not write `{}`", settings.display()))?;
    let words = ["bundle", "--ci", "--bundles", "deb", "--config"].map(OsStr::new);
    window::of_packages("tauri", &[words.as_slice(), &[settings.as_os_str()]].concat())
}

/// What the package holds beside the window, as Tauri's settings name it.
fn addition(root: &Path, built: &Path, stage: &Path) -> Result<Value> {
    let mut files = Map::new();
    let mut add = |to: String, from: PathBuf| files.insert(to, json!(from));
    for program in ["plimsoll", "plimsoll-worker"] {
        add(format!("/usr/bin/{program}"), built.join(program));
    }
    add("/usr/share/plimsoll/workloads".to_owned(), stage.join("workloads"));
    for (from, to) in COMPLETIONS {
        add(to.to_owned(), root.join(from));
    }
    add("/usr/share/mime/packages/plimsoll.xml".to_owned(), root.join("src-tauri/plimsoll.xml"));
    let manual = root.join("docs/man");
    for page in fs::read_dir(&manual).with_context(|| format!("could not read `{}`", manual.display()))? {
        let page = page?;
        add(format!("/usr/share/man/man1/{}", page.file_name().to_string_lossy()), page.path());
    }
    Ok(json!({ "bundle": { "linux": { "deb": { "files": files } } } }))
}
