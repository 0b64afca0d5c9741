//! A Rust compiler that can make components: rustup's where it has the target, else Debian's.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::native::{host_triple, output};
use super::{debian, folder};

/// What components are built for.
pub(super) const TARGET: &str = "wasm32-wasip2";
/// SIMD as on the native side. The stack keeps its default of 1 MiB: a decoder needs more than a tenth of that.
pub(super) const FLAGS: [&str; 2] = ["-C", "target-feature=+simd128"];

/// A compiler with its linkers.
pub(super) struct Builder {
    /// `None`: the one that cargo uses anyway.
    rustc: Option<PathBuf>,
    /// The folder of the installed toolchain with `wasm-component-ld` and, in `gcc-ld`, `wasm-ld`.
    linkers: PathBuf,
    /// The line that `rustc --version` prints.
    pub(super) version: String,
    /// The line that `wasm-component-ld --version` prints.
    pub(super) linker_version: String,
}

impl Builder {
    /// Finds one, and fetches Debian's where rustup has none.
    ///
    /// # Errors
    /// With both ways out, when neither can be had.
    pub(super) fn find() -> Result<Self> {
        if has_target(Path::new("rustc"))? {
            return Self::new(None);
        }
        let rustc = debian::rustc().with_context(|| {
            format!("no compiler for {TARGET} can be had: `rustup target add {TARGET}` would add one")
        })?;
        if !has_target(&rustc)? {
            bail!(
                "`{}` has no standard library for {TARGET}: remove its folder and try again",
                rustc.display()
            );
        }
        Self::new(Some(rustc))
    }

    fn new(rustc: Option<PathBuf>) -> Result<Self> {
        let compiler = rustc.as_deref().unwrap_or(Path::new("rustc"));
        let version = output(Command::new(compiler).arg("--version"))?.trim().to_owned();
        let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
        let linkers = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(host_triple()?).join("bin");
        let linker_version = output(Command::new(linkers.join("wasm-component-ld")).arg("--version"))
            .context("the linker comes with a toolchain that rustup installs")?
            .trim()
            .to_owned();
        Ok(Self { rustc, linkers, version, linker_version })
    }

    /// Makes a call of cargo use this compiler.
    pub(super) fn apply(&self, cargo: &mut Command) -> Result<()> {
        let Some(rustc) = &self.rustc else {
            return Ok(());
        };
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(self.linkers.join("gcc-ld")).chain(env::split_paths(&path));
        let paths: OsString = env::join_paths(paths).context("a folder's name can't stand in PATH")?;
        cargo
            .env("RUSTC", rustc)
            .env("PATH", paths)
            .env("CARGO_TARGET_WASM32_WASIP2_LINKER", self.linkers.join("wasm-component-ld"))
            .env_remove("RUSTC_WRAPPER");
        Ok(())
    }
}

fn has_target(rustc: &Path) -> Result<bool> {
    let printed = output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    // The folder is printed whether it is there or not.
    Ok(Path::new(printed.trim()).is_dir())
}

/// The flags that take this machine's folders out of what is built.
pub(super) fn remappings() -> Result<Vec<String>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let home = home.context("cargo's home can't be found: set `CARGO_HOME`")?;
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok(vec![remap(&folder::workspace()?, "/plimsoll/workloads"), remap(&home, "/cargo")])
}
