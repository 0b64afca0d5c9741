use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use plimsoll_model::{ExpectedOutput, Kind, Manifest, PreparedRequest, Workload};
use tempfile::TempDir;

/// A workload of the repository, with its native binary built.
pub(crate) fn built(name: &str) -> Workload {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads").join(name).canonicalize().unwrap();
    let text = std::fs::read_to_string(folder.join("workload.toml")).unwrap();
    let manifest = Manifest::parse(&text).unwrap();
    let read = |file: &String| -> Arc<[u8]> { std::fs::read(folder.join(file)).unwrap().into() };
    let requests = manifest.requests.iter().map(|request| PreparedRequest {
        name: request.name.clone(),
        method: request.method.clone(),
        path: request.path.clone(),
        content_type: request.content_type.clone(),
        body: request.body.as_ref().map(read).unwrap_or_default(),
        weight: request.weight,
        expect_status: request.expect.status,
        expect_content_type: request.expect.content_type.clone(),
        expect_body: read(&request.expect.body),
        compare: request.expect.compare,
        tolerance: request.expect.tolerance.unwrap_or(0),
    });
    let requests = requests.collect();
    let expected_output = manifest.command.as_ref().map(|command| ExpectedOutput {
        exit_code: command.expect.exit_code,
        stdout: read(&command.expect.stdout),
    });
    let native = folder.join(manifest.artifacts.native.replace("{arch}", std::env::consts::ARCH));
    assert!(
        native.is_file(),
        "`{}` is missing: build it with `cargo xtask workloads native`",
        native.display()
    );
    let component = folder.join(&manifest.artifacts.component);
    let digests = std::collections::BTreeMap::new();
    Workload { manifest, folder, component, native, requests, expected_output, digests }
}

/// A workload whose static binary is compiled from a few lines of Rust.
pub(crate) struct Compiled {
    pub(crate) workload: Workload,
    _folder: TempDir,
}

impl Compiled {
    pub(crate) fn new(kind: Kind, body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let native = compile(folder.path(), body);
        let mut workload = built(if kind == Kind::Http { "json-api" } else { "hello" });
        workload.native = native;
        Self { workload, _folder: folder }
    }
}

fn compile(folder: &Path, body: &str) -> PathBuf {
    let (source, program) = (folder.join("main.rs"), folder.join("program"));
    std::fs::write(&source, format!("fn main() {{ {body} }}")).unwrap();
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done = Command::new(compiler)
        .args(["--edition", "2024", "-C", "target-feature=+crt-static", "-C", "panic=abort", "-o"])
        .args([&program, &source])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}
