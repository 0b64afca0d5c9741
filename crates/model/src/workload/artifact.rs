use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What it is.
    pub form: Form,
    /// Its name relative to the workload's folder, or an image's own: by it digests and capsules know it.
    pub name: String,
    /// Where its bytes are.
    pub source: Source,
    /// The architecture it is made for, by Rust's name; absent where that is not told or does not matter.
    pub arch: Option<String>,
}

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A static native binary.
    Binary,
    /// An image that somebody else made.
    Image,
    /// A component of WASI 0.2 or 0.3. Of what a command line names in a registry or a layout the kind is found out in
    /// preparing.
    Component,
    /// A command module of WASI 0.1.
    Module,
}

/// Where an artifact's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, absolute. A component was there when the workload was read; a binary may not be built yet.
    File(PathBuf),
    /// The name of an image, as the engine that has or pulls it knows it.
    Reference(String),
    /// A folder with a `Dockerfile`, absolute.
    Dockerfile(PathBuf),
    /// An image in a file as `docker save` writes it, absolute.
    Archive(PathBuf),
    /// An OCI layout, absolute: a folder with an image, or with WebAssembly.
    Layout(PathBuf),
    /// WebAssembly in a registry: `host/name:tag`, or `host/name@sha256:…`.
    Registry(String),
}

impl Artifact {
    /// Its file; `None` where it is no single one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) | Source::Archive(path) => Some(path),
            Source::Reference(_) | Source::Dockerfile(_) | Source::Layout(_) | Source::Registry(_) => None,
        }
    }

    /// Whether a machine of this architecture may run it.
    #[must_use]
    pub fn fits(&self, arch: &str) -> bool {
        self.arch.as_deref().is_none_or(|own| own == arch)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "native binary",
            Self::Image => "image",
            Self::Component => "component",
            Self::Module => "module",
        })
    }
}
