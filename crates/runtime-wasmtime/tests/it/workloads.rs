//! Workloads as the store reads them from their folders, and ones made of a test's component.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_model::{
    Artifacts, Compare, ExpectedOutput, Grants, Kind, Limits, Manifest, PreparedRequest, RunId, Slug,
    Workload,
};
use plimsoll_runtime::{Conditions, Owner};

/// One of the repository's workloads.
pub(crate) fn shipped(name: &str) -> Workload {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads").join(name);
    let text = std::fs::read_to_string(folder.join("workload.toml")).unwrap();
    let manifest = Manifest::parse(&text).unwrap();
    let read = |file: &str| Arc::<[u8]>::from(std::fs::read(folder.join(file)).unwrap());
    let requests = manifest.requests.iter().map(|request| PreparedRequest {
        name: request.name.clone(),
        method: request.method.clone(),
        path: request.path.clone(),
        content_type: request.content_type.clone(),
        body: request.body.as_deref().map(read).unwrap_or_default(),
        weight: request.weight,
        expect_status: request.expect.status,
        expect_content_type: request.expect.content_type.clone(),
        expect_body: read(&request.expect.body),
        compare: request.expect.compare,
        tolerance: request.expect.tolerance.unwrap_or_default(),
    });
    let requests = requests.collect();
    let expected_output = manifest.command.as_ref().map(|command| ExpectedOutput {
        exit_code: command.expect.exit_code,
        stdout: read(&command.expect.stdout),
    });
    let component = folder.join(&manifest.artifacts.component);
    Workload {
        native: folder.join("native"),
        digests: BTreeMap::new(),
        manifest,
        folder,
        component,
        requests,
        expected_output,
    }
}

/// A workload of a component that a test wrote.
pub(crate) fn of(folder: &Path, kind: Kind, wasm: &[u8]) -> Workload {
    let component = folder.join("guest.wasm");
    std::fs::write(&component, wasm).unwrap();
    let request = PreparedRequest {
        name: Slug::known("any"),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        content_type: None,
        body: Arc::default(),
        weight: 1,
        expect_status: 200,
        expect_content_type: None,
        expect_body: Arc::default(),
        compare: Compare::Bytes,
        tolerance: 0,
    };
    Workload {
        manifest: Manifest {
            manifest_version: 1,
            name: Slug::known("guest"),
            kind,
            summary: "A guest.".to_owned(),
            artifacts: Artifacts { component: "guest.wasm".to_owned(), native: "guest".to_owned() },
            grants: Grants { stdout: true, ..Grants::default() },
            requests: Vec::new(),
            command: None,
        },
        folder: folder.to_owned(),
        component,
        native: folder.join("guest"),
        requests: if kind == Kind::Http { vec![request] } else { Vec::new() },
        expected_output: None,
        digests: BTreeMap::new(),
    }
}

/// Conditions with short limits.
pub(crate) fn conditions() -> Conditions {
    let limits = Limits { ready_timeout_ms: 20_000, stop_timeout_ms: 5_000, ..Limits::default() };
    Conditions { limits, instance_cpus: Vec::new(), owner: Owner::current(RunId::known("wasmtime-test")) }
}

/// The worker of this build.
pub(crate) fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_plimsoll-worker"))
}
