use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A component or a module, and where its code is from the time when it is compiled to the time when it is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CodeAt {
    /// The `.wasm`, read where it is compiled.
    #[serde(with = "plimsoll_files::portable")]
    pub(crate) wasm: PathBuf,
    /// Where the code is.
    pub(crate) kept: CodeIn,
}

/// Where code is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub(crate) enum CodeIn {
    /// In a `.cwasm`, which is mapped as it stands.
    File {
        /// That file.
        #[serde(with = "plimsoll_files::portable")]
        compiled: PathBuf,
    },
    /// In a cache that Wasmtime itself keeps, where it is found by the bytes of the `.wasm`.
    Cache {
        /// The folder that is that cache, and nothing else.
        #[serde(with = "plimsoll_files::portable")]
        folder: PathBuf,
    },
    /// Nowhere: it is compiled when it is loaded, and compiling it before shows only that it can be.
    Nowhere,
}

impl CodeAt {
    /// Code that is mapped from a file, whatever it was made of.
    pub(crate) fn mapped(compiled: &Path) -> Self {
        Self { wasm: PathBuf::new(), kept: CodeIn::File { compiled: compiled.to_owned() } }
    }

    /// The file that is read when it is loaded.
    pub(crate) fn loaded(&self) -> &Path {
        match &self.kept {
            CodeIn::File { compiled } => compiled,
            CodeIn::Cache { .. } | CodeIn::Nowhere => &self.wasm,
        }
    }
}
