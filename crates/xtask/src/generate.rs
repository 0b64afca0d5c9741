//! Committed files that are made from the code: the schemas of files, man pages, shell completions, icons, the page of a
//! real run, the window's types and the answers that its tests draw.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{cargo, icons};

/// A real run that is kept, and the page that is made of it.
const EXAMPLE_RUN: &str = "docs/example-run.json";
const EXAMPLE_PAGE: &str = "docs/example-report.html";

/// What to do with them.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    /// Write them.
    Write,
    /// Fail where a committed one differs.
    Check,
}

/// Makes every generated file and writes or compares it.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let root = cargo::root()?;
    let made = make()?;
    let mut stale = Vec::new();
    for (path, text) in &made {
        let file = root.join(path);
        match mode {
            Mode::Write => {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&file, text).with_context(|| format!("could not write `{}`", path.display()))?;
            }
            Mode::Check if fs::read(&file).is_ok_and(|found| found == *text) => {}
            Mode::Check => stale.push(path.display().to_string()),
        }
    }
    if !stale.is_empty() {
        bail!("not what the code generates: {}. Run `cargo xtask generate` and commit", stale.join(", "));
    }
    println!(
        "{} generated files are {}",
        made.len(),
        match mode {
            Mode::Write => "written",
            Mode::Check => "up to date",
        }
    );
    Ok(())
}

/// Published schemas, and the version of what each describes.
const SCHEMAS: [(&str, u32); 5] = [("run", 2), ("report", 3), ("comparison", 2), ("budget", 1), ("lanes", 1)];

fn make() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    cargo::build_all()?;
    let mut files = BTreeMap::new();
    for (kind, version) in SCHEMAS {
        let file = Path::new("docs/schema").join(format!("{kind}-v{version}.schema.json"));
        files.insert(file, plimsoll(&["schema", kind])?);
    }
    for (shell, file) in [("bash", "plimsoll.bash"), ("zsh", "_plimsoll"), ("fish", "plimsoll.fish")] {
        files.insert(Path::new("docs/completions").join(file), plimsoll(&["completions", shell])?);
    }
    let folder = cargo::target_folder()?.join("man");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let name = folder.to_str().context("the target folder's name is not UTF-8")?;
    plimsoll(&["man", "--dir", name])?;
    for page in fs::read_dir(&folder)? {
        let page = page?;
        files.insert(Path::new("docs/man").join(page.file_name()), fs::read(page.path())?);
    }
    let run = cargo::root()?.join(EXAMPLE_RUN);
    let run = run.to_str().context("the repository's path is not UTF-8")?;
    files.insert(PathBuf::from(EXAMPLE_PAGE), plimsoll(&["show", run, "--html"])?);
    files.append(&mut icons::draw(&cargo::root()?)?);
    files.insert(PathBuf::from("ui/src/generated/types.ts"), program("examples/typescript", &[])?);
    files.insert(PathBuf::from("ui/tests/unit/answers.json"), program("examples/answers", &[])?);
    Ok(files)
}

fn plimsoll(arguments: &[&str]) -> Result<Vec<u8>> {
    program("plimsoll", arguments)
}

fn program(name: &str, arguments: &[&str]) -> Result<Vec<u8>> {
    let file = cargo::target_folder()?.join("debug").join(name);
    // Times of day are told in the zone of the machine.
    let output = std::process::Command::new(&file).args(arguments).env("TZ", "UTC").output();
    let output = output.with_context(|| format!("could not run `{}`", file.display()))?;
    if !output.status.success() {
        bail!("`{name} {}` failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}
