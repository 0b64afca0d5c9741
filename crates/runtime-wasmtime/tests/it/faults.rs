//! What can't be compiled says why.

use std::path::Path;

use plimsoll_model::{FailureKind, JobKind};
use plimsoll_runtime_wasmtime::{Settings, WasmtimeError, compile};

use crate::components;

const SETTINGS: Settings = Settings::lane(JobKind::Run, 64 << 20);

fn compiling(bytes: &[u8], kind: JobKind) -> Result<(), WasmtimeError> {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("guest.wasm");
    std::fs::write(&component, bytes).unwrap();
    let compiled = folder.path().join("guest.cwasm");
    let done = compile(&component, &compiled, kind, SETTINGS);
    assert_eq!(done.is_ok(), compiled.exists());
    done
}

fn refusal(bytes: &[u8], kind: JobKind) -> WasmtimeError {
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
fn a_core_module_is_told_from_a_component() {
    let error = refusal(&components::core_module(), JobKind::Run);
    assert!(matches!(error, WasmtimeError::CoreModule { .. }), "{error}");
}

#[test]
fn every_import_the_host_lacks_is_named() {
    let error = refusal(&components::wants_a_ledger(), JobKind::Run).to_string();
    assert!(error.contains("`acme:billing/ledger@1.2.3`"), "{error}");
    assert!(error.contains("`wasi:keyvalue/store@0.2.0-draft`"), "{error}");
}

#[test]
fn the_export_that_a_kind_needs_is_named() {
    let error = refusal(&components::exports_nothing(), JobKind::Run).to_string();
    assert!(error.contains("`wasi:cli/run@0.2`") && error.contains("exports nothing"), "{error}");
    let error = refusal(&components::command("(i32.const 0)"), JobKind::Serve).to_string();
    assert!(error.contains("`wasi:http/incoming-handler@0.2`"), "{error}");
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
