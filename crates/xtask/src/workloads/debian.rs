//! Debian's Rust compiler for Wasm, unpacked into the user's cache: nothing is installed.
//!
//! Only Debian's unstable suite has it. It is fetched from the mirror that this machine's apt uses, with a state of
//! apt's own that leaves the system's alone, and kept: unstable moves on.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::native::{output, run};

const SUITE: &str = "sid";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Their dependencies are what the compiler needs at run time; its own would add a C compiler.
const LIBRARIES: [&str; 2] = ["libstd-rust-dev", "libstd-rust-dev-wasm32"];

/// Its own loader and libraries: it is linked against a newer C library than the machine's.
#[cfg(target_arch = "x86_64")]
const LOADER: [&str; 2] = ["usr/lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu"];
#[cfg(not(target_arch = "x86_64"))]
const LOADER: [&str; 2] = ["usr/lib/ld-linux-aarch64.so.1", "usr/lib/aarch64-linux-gnu"];

/// The path of the compiler, fetched at the first call.
pub(super) fn rustc() -> Result<PathBuf> {
    let folder = cache_folder()?;
    let rustc = folder.join("rustc");
    if !rustc.is_file() {
        fetch(&folder)?;
        write_starter(&rustc)?;
    }
    Ok(rustc)
}

fn cache_folder() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = cache.or_else(|| env::home_dir().map(|home| home.join(".cache")));
    Ok(cache.context("the cache folder can't be found: set `HOME`")?.join("plimsoll/wasm-toolchain"))
}

fn fetch(folder: &Path) -> Result<()> {
    let mirror = mirror()?;
    let packages = folder.join("packages");
    let root = folder.join("root");
    for leftover in [&packages, &root].into_iter().filter(|leftover| leftover.exists()) {
        // Of a fetch that broke off: unstable may have moved on since, and two versions don't mix.
        fs::remove_dir_all(leftover).with_context(|| format!("could not remove `{}`", leftover.display()))?;
    }
    for folder in
        [packages.as_path(), &root, &folder.join("apt/lists/partial"), &folder.join("apt/archives/partial")]
    {
        fs::create_dir_all(folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    }
    let apt = Apt::new(folder, &mirror)?;
    println!("fetching Debian's Rust compiler for Wasm into `{}` (about 200 MB)", folder.display());
    run(apt.command("apt-get").args(["--quiet", "update"]))?;
    let mut names = apt.closure()?;
    names.push("rustc".to_owned());
    run(apt.command("apt-get").args(["--quiet", "download"]).args(names).current_dir(&packages))?;
    for entry in fs::read_dir(&packages)? {
        run(Command::new("dpkg").arg("-x").arg(entry?.path()).arg(&root))?;
    }
    Ok(())
}

/// The mirror of Debian's main archive that apt is set up with.
fn mirror() -> Result<String> {
    let told = output(Command::new("apt-get").args([
        "indextargets",
        "--format",
        "$(SITE)",
        "Created-By: Packages",
    ]))?;
    let site = told.lines().find(|site| site.trim_end_matches('/').ends_with("/debian"));
    site.map(str::to_owned).context("apt knows no mirror of Debian's archive: `apt-get update` may help")
}

/// apt with sources and state of its own.
struct Apt {
    options: Vec<String>,
}

impl Apt {
    fn new(folder: &Path, mirror: &str) -> Result<Self> {
        let state = folder.join("apt");
        let sources = state.join("sources.list");
        let status = state.join("status");
        fs::write(&sources, format!("deb [signed-by={KEYRING}] {mirror} {SUITE} main\n"))
            .and_then(|()| fs::write(&status, ""))
            .with_context(|| format!("could not write to `{}`", state.display()))?;
        let at = |option: &str, path: &Path| format!("{option}={}", path.display());
        let nowhere = Path::new("/dev/null");
        let options = vec![
            at("Dir::State", &state),
            at("Dir::State::Lists", &state.join("lists")),
            at("Dir::State::status", &status),
            at("Dir::Cache", &state),
            at("Dir::Cache::Archives", &state.join("archives")),
            at("Dir::Etc::SourceList", &sources),
            at("Dir::Etc::SourceParts", nowhere),
            at("Dir::Etc::Preferences", nowhere),
            at("Dir::Etc::PreferencesParts", nowhere),
            // A mirror may lag behind what its index promises.
            "Acquire::Check-Valid-Until=false".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            // The folder belongs to the user, and apt's own user can't enter it.
            "APT::Sandbox::User=".to_owned(),
        ];
        Ok(Self { options })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }

    /// The libraries and all that they depend on.
    fn closure(&self) -> Result<Vec<String>> {
        let mut command = self.command("apt-cache");
        command.args([
            "depends",
            "--recurse",
            "--no-recommends",
            "--no-suggests",
            "--no-conflicts",
            "--no-breaks",
        ]);
        command.args(["--no-replaces", "--no-enhances"]).args(LIBRARIES);
        let told = output(&mut command)?;
        // A package's name starts its line; what it depends on is indented, what is only virtual is in brackets.
        let names = told.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_alphanumeric()));
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names.is_empty() {
            bail!("Debian's {SUITE} suite has no `{}`", LIBRARIES[1]);
        }
        Ok(names)
    }
}

/// A script that starts the compiler with its own loader. It is written last: its presence says that all is there.
fn write_starter(path: &Path) -> Result<()> {
    let [loader, libraries] = LOADER;
    let script = format!(
        "#!/bin/sh\nroot=$(dirname \"$0\")/root\nexec \"$root/{loader}\" --library-path \"$root/{libraries}\" \
         \"$root/usr/bin/rustc\" \"$@\"\n"
    );
    let partial = path.with_extension("partial");
    fs::write(&partial, script)
        .and_then(|()| fs::set_permissions(&partial, fs::Permissions::from_mode(0o755)))
        .and_then(|()| fs::rename(&partial, path))
        .with_context(|| format!("could not write `{}`", path.display()))
}
