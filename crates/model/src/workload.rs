//! A workload as it was read from its folder.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{Compare, Kind, Manifest, Slug};

/// A manifest together with everything it names. Made by the store; nothing here touches a disk.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The manifest.
    pub manifest: Manifest,
    /// The folder, absolute.
    pub folder: PathBuf,
    /// The component's file, absolute. It was there when the workload was read.
    pub component: PathBuf,
    /// The native binary for this machine, absolute. It may not be built yet.
    pub native: PathBuf,
    /// For kind `http`: the requests with their bodies, in the manifest's order; never empty.
    pub requests: Vec<PreparedRequest>,
    /// For kind `command`: what must come out.
    pub expected_output: Option<ExpectedOutput>,
    /// SHA-256 (hex) of every file the manifest names, by its relative name, and of `workload.toml`.
    pub digests: BTreeMap<String, String>,
}

impl Workload {
    /// The workload's name.
    #[must_use]
    pub fn name(&self) -> &Slug {
        &self.manifest.name
    }

    /// Whether it serves or runs and exits.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.manifest.kind
    }
}

/// A request ready to be sent, and the answer it must get.
#[derive(Clone, Debug)]
pub struct PreparedRequest {
    /// The manifest's name for it.
    pub name: Slug,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Content type of the body.
    pub content_type: Option<String>,
    /// The body; empty for none.
    pub body: Arc<[u8]>,
    /// Share in the load.
    pub weight: u32,
    /// Expected status.
    pub expect_status: u16,
    /// Expected content type; any when absent.
    pub expect_content_type: Option<String>,
    /// Expected body.
    pub expect_body: Arc<[u8]>,
    /// How the body is compared.
    pub compare: Compare,
    /// For [`Compare::Pixels`]: the largest difference allowed in any channel.
    pub tolerance: u8,
}

/// What a command must give.
#[derive(Clone, Debug)]
pub struct ExpectedOutput {
    /// Exit code.
    pub exit_code: i32,
    /// Standard output.
    pub stdout: Arc<[u8]>,
}
