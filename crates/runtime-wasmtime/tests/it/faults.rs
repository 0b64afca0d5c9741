//! What can't be compiled says why.

use std::path::Path;

use plimsoll_model::{FailureKind, JobKind};
use plimsoll_runtime_wasmtime::{Settings, WasmtimeError, compile};

use crate::{components, modules};

const SETTINGS: Settings = Settings::lane(JobKind::Run, 64 << 20);

pub(crate) fn compiling(bytes: &[u8], kind: JobKind) -> Result<(), WasmtimeError> {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("guest.wasm");
    std::fs::write(&component, bytes).unwrap();
    let compiled = folder.path().join("guest.cwasm");
    let done = compile(&component, &compiled, kind, SETTINGS).map(drop);
    assert_eq!(done.is_ok(), compiled.exists());
    done
}

pub(crate) fn refusal(bytes: &[u8], kind: JobKind) -> WasmtimeError {
    compiling(bytes, kind).expect_err("must be refused")
}

#[test]
fn an_empty_file_is_a_bad_artifact() {
    let error = refusal(b"", JobKind::Run);
    assert!(matches!(error, WasmtimeError::Empty { .. }), "{error}");
    assert_eq!(error.kind(), FailureKind::BadArtifact);
}

#[test]
fn a_component_cut_anywhere_is_refused_as_cut_short_or_incomplete() {
    let whole = components::command("(i32.const 0)");
    for length in 1..whole.len() {
        match compiling(&whole[..length], JobKind::Run) {
            // Cut between two sections it is still well formed, and lacks what stood behind.
            Err(
                WasmtimeError::CutShort { .. }
                | WasmtimeError::MissingExport { .. }
                | WasmtimeError::Invalid { .. },
            ) => {}
            Err(other) => panic!("cut at {length}: {other}"),
            // Names for debugging stand last, in a section with id 0; without them it is whole.
            Ok(()) => assert_eq!(whole[length], 0, "cut at {length}"),
        }
    }
    let error = refusal(&whole[..whole.len() - 1], JobKind::Run);
    assert!(matches!(error, WasmtimeError::CutShort { .. }), "{error}");
}

#[test]
fn what_is_not_wasm_is_shown_by_its_first_bytes() {
    let error = refusal(b"#!/bin/sh\n", JobKind::Run);
    assert!(
        matches!(error, WasmtimeError::NotWasm { .. }) && error.to_string().contains("#!/bin"),
        "{error}"
    );
}

#[test]
fn a_module_can_not_serve_and_a_command_s_must_begin_somewhere() {
    let error = refusal(&modules::library(), JobKind::Serve);
    assert!(matches!(error, WasmtimeError::CoreModule { .. }), "{error}");
    assert!(error.to_string().contains("`wasi:http/proxy`"), "{error}");
    let error = refusal(&modules::library(), JobKind::Run).to_string();
    assert!(error.contains("does not export `_start`") && error.contains("it exports `run`"), "{error}");
}

#[test]
fn every_import_the_host_lacks_is_named() {
    let error = refusal(&components::wants_a_ledger(), JobKind::Run).to_string();
    assert!(error.contains("`acme:billing/ledger@1.2.3`"), "{error}");
    assert!(error.contains("`wasi:keyvalue/store@0.2.0-draft` (wasmCloud and Spin provide it)"), "{error}");
    assert!(error.ends_with("only WASI 0.2 and 0.3.0 are provided"), "{error}");
    let error = refusal(&modules::wants_sockets(), JobKind::Run).to_string();
    assert!(error.contains("`wasi_snapshot_preview1.sock_open` (WasmEdge provides it)"), "{error}");
    assert!(error.contains("`env.emscripten_resize_heap` (JavaScript"), "{error}");
}

#[test]
fn interfaces_of_a_later_wasi_are_named_as_not_provided() {
    let text = |version: &str| {
        format!(
            "(component (import \"wasi:clocks/monotonic-clock@{version}\" (instance (export \"now\" (func (result u64))))))"
        )
    };
    for version in ["0.3.0-rc-2025-09-16", "0.4.0"] {
        let error = refusal(&wat::parse_str(text(version)).unwrap(), JobKind::Run).to_string();
        assert!(
            error.contains(&format!("`wasi:clocks/monotonic-clock@{version}` (of another WASI")),
            "{error}"
        );
    }
    let error = refusal(&wat::parse_str(text("0.3.0")).unwrap(), JobKind::Run);
    assert!(matches!(error, WasmtimeError::MissingExport { .. }), "{error}");
}

#[test]
fn what_is_imported_with_another_shape_than_the_host_s_is_told() {
    let error = refusal(&modules::misshapen(), JobKind::Run);
    assert!(matches!(error, WasmtimeError::Invalid { .. }), "{error}");
    assert!(error.to_string().contains("fd_write"), "{error}");
}

#[test]
fn the_export_that_a_kind_needs_is_named() {
    let error = refusal(&components::exports_nothing(), JobKind::Run).to_string();
    assert!(
        error.contains("`wasi:cli/run@0.2` or `wasi:cli/run@0.3`") && error.contains("exports nothing"),
        "{error}"
    );
    let error = refusal(&components::command("(i32.const 0)"), JobKind::Serve).to_string();
    assert!(error.contains("`wasi:http/incoming-handler@0.2` or `wasi:http/handler@0.3`"), "{error}");
    assert!(error.contains("it exports `wasi:cli/run@0.2.0`"), "{error}");
}

#[test]
fn a_file_that_we_did_not_compile_is_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let forged = folder.path().join("forged.cwasm");
    std::fs::write(&forged, b"\x7fELF nothing of ours").unwrap();
    let rights = crate::guests::rights();
    let loaded = plimsoll_runtime_wasmtime::Program::load(Path::new(&forged), SETTINGS, rights);
    assert!(matches!(loaded, Err(WasmtimeError::Unloadable { .. })));
}
