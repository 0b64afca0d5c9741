//! What a lane has otherwise than others is really so: in its code, and in what its starts do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use plimsoll_model::{FailureKind, JobKind, LaneSpec, Parameter, Phase, RunId, Slug};
use plimsoll_runtime::{Bed, COMPILED_SIZE, Conditions, Family, Figure, Owner, PREPARE_TIME};
use plimsoll_runtime_wasmtime::{
    CODE_TIME, Compiler, Interrupt, MemoryFrom, Program, Reuse, Settings, Tuning, WasmtimeError, compile,
};

use crate::lanes::{conforms, family, parameter, runs_commands, specs};
use crate::workloads::{conditions, of, shipped};
use crate::{components, guests};

const TUNINGS: [Tuning; 8] = [
    Tuning::USUAL,
    Tuning { memory: MemoryFrom::OnDemand, ..Tuning::USUAL },
    Tuning { reuse: Reuse::AS_SERVED, ..Tuning::USUAL },
    Tuning { page_scan: false, ..Tuning::USUAL },
    Tuning { compiler: Compiler::Winch, ..Tuning::USUAL },
    Tuning { compiler: Compiler::Pulley, ..Tuning::USUAL },
    Tuning { interrupt: Interrupt::Epoch, ..Tuning::USUAL },
    Tuning { interrupt: Interrupt::Fuel, ..Tuning::USUAL },
];

fn settings(tuning: Tuning) -> Settings {
    Settings::lane(JobKind::Run, guests::rights().memory_bytes).tuned(tuning)
}

#[test]
fn code_is_loaded_by_engines_that_make_the_same_and_by_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = folder.path().join("guest.wasm");
    std::fs::write(&wasm, components::command("(i32.const 0)")).unwrap();
    for (at, of) in TUNINGS.into_iter().enumerate() {
        let compiled = folder.path().join(format!("{at}.cwasm"));
        compile(&wasm, &compiled, JobKind::Run, settings(of)).unwrap();
        for (other, by) in TUNINGS.into_iter().enumerate() {
            let loaded = Program::load(&compiled, settings(by), guests::rights());
            // The first four differ in nothing that changes code.
            assert_eq!(loaded.is_ok(), at == other || at.max(other) < 4, "{of:?} by {by:?}");
            assert!(loaded.err().is_none_or(|error| matches!(error, WasmtimeError::Unloadable { .. })));
        }
    }
}

#[test]
fn what_a_compiler_can_not_is_told_with_another_way() {
    let folder = tempfile::tempdir().unwrap();
    let (wasm, compiled) = (folder.path().join("guest.wasm"), folder.path().join("guest.cwasm"));
    let calls_at_its_end = components::command("(return_call $run)");
    std::fs::write(&wasm, &calls_at_its_end).unwrap();
    let compile =
        |compiler| compile(&wasm, &compiled, JobKind::Run, settings(Tuning { compiler, ..Tuning::USUAL }));
    for compiler in [Compiler::Cranelift, Compiler::Pulley] {
        compile(compiler).unwrap();
    }
    let error = compile(Compiler::Winch).unwrap_err();
    assert!(matches!(error, WasmtimeError::BeyondCompiler { .. }), "{error}");
    assert_eq!(error.kind(), FailureKind::BadArtifact);
    let told = error.to_string();
    assert!(
        told.contains("by Winch") && told.contains("tail call") && told.contains("`cranelift`"),
        "{told}"
    );
    // What no compiler takes is not laid to one.
    std::fs::write(&wasm, &calls_at_its_end[..calls_at_its_end.len() / 2]).unwrap();
    let error = compile(Compiler::Winch).unwrap_err();
    assert!(!matches!(error, WasmtimeError::BeyondCompiler { .. }), "{error}");
}

fn is(lane: &LaneSpec, name: &'static str, value: &str) -> bool {
    parameter(lane, name).unwrap() == value
}

#[tokio::test]
async fn each_lane_has_the_code_of_its_parameters_or_none_before_its_start() {
    let (workload, family) = (shipped("json-api"), family());
    let mut digests: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for lane in specs(&family) {
        let prepared = family.open(&lane).unwrap().prepare(&workload, &conditions()).await.unwrap();
        let figures = prepared.figures().await;
        let has = |metric| figures.iter().any(|figure: &Figure| figure.metric == metric);
        let is_ahead = is(&lane, "compile", "ahead");
        assert_eq!(has(COMPILED_SIZE), is_ahead, "{lane:?}");
        assert_eq!(has(PREPARE_TIME), !is(&lane, "compile", "start"), "{lane:?}");
        let digest = prepared.digests().remove("cwasm");
        assert_eq!(digest.is_some(), is_ahead, "{lane:?}");
        digests
            .entry(["compiler", "interrupt"].map(|name| parameter(&lane, name)))
            .or_default()
            .extend(digest);
        prepared.discard().await.unwrap();
    }
    // One each, and of no two the same.
    assert!(digests.values().all(|of_one| of_one.len() == 1), "{digests:?}");
    let all: BTreeSet<_> = digests.values().flatten().collect();
    assert_eq!((all.len(), digests.len()), (5, 5), "{digests:?}");
}

#[tokio::test]
async fn a_start_that_has_its_code_made_or_found_tells_how_long_that_took() {
    let family = family();
    for lane in specs(&family) {
        let prepared_for =
            if runs_commands(&lane) { ["hello", "json-api"].as_slice() } else { &["json-api"] };
        for name in prepared_for {
            let workload = shipped(name);
            let prepared = family.open(&lane).unwrap().prepare(&workload, &conditions()).await.unwrap();
            let mut bed = prepared.stage().await.unwrap();
            let mut instance = bed.start().await.unwrap();
            if workload.kind().serves() {
                instance.marks().await.unwrap();
            } else {
                instance.wait().await.unwrap();
            }
            let figures = instance.figures(Phase::Ready).await;
            let told = figures.iter().find(|figure| figure.metric == CODE_TIME);
            assert_eq!(told.is_some(), !is(&lane, "compile", "ahead"), "{lane:?}");
            assert!(
                told.is_none_or(|told| told.reading.value().is_some_and(|took_ns| took_ns > 0)),
                "{told:?}"
            );
            instance.stop().await.unwrap();
            bed.end().await.unwrap();
            prepared.discard().await.unwrap();
        }
    }
}

/// All that lies in the temporary folder for runs of this owner.
fn left_of(owner: &Owner) -> Vec<PathBuf> {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            found.push(entry.path());
            if entry.file_type().unwrap().is_dir() {
                files(&entry.path(), found);
            }
        }
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().contains(&owner.label()) {
            found.push(entry.path());
            files(&entry.path(), &mut found);
        }
    }
    found
}

#[tokio::test]
async fn the_cache_lies_in_the_lane_s_folder_is_found_by_each_start_and_goes_with_it() {
    let family = family();
    let owner = Owner::current(RunId::known("wasmtime-cache-test"));
    let conditions = Conditions { owner: owner.clone(), ..conditions() };
    let caches = |lane: &LaneSpec| is(lane, "compile", "cache");
    let lane = specs(&family).into_iter().find(caches).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let workload = of(folder.path(), JobKind::Run, &components::command("(i32.const 0)"));
    let prepared = family.open(&lane).unwrap().prepare(&workload, &conditions).await.unwrap();
    let entries = || {
        let in_cache =
            |path: &PathBuf| path.is_file() && path.components().any(|part| part.as_os_str() == "modules");
        let entries = left_of(&owner).into_iter().filter(in_cache);
        // Beside the code there may be what tells how often it was used.
        entries.filter(|path| path.extension().is_none()).collect::<Vec<_>>()
    };
    let filled = entries();
    assert_eq!(filled.len(), 1, "{filled:?}");
    let mut bed = prepared.stage().await.unwrap();
    let run = async |bed: &mut Box<dyn Bed>| {
        let mut instance = bed.start().await.unwrap();
        let exit = instance.wait().await.unwrap();
        instance.stop().await.unwrap();
        exit
    };
    assert_eq!(run(&mut bed).await.code, Some(0));
    assert_eq!(entries(), filled);
    // A start that finds nothing is none of this lane: it is refused, and not measured as if it had.
    std::fs::remove_file(&filled[0]).unwrap();
    let missed = run(&mut bed).await;
    assert!(missed.stderr_tail.contains("was not in the cache"), "{missed:?}");
    bed.end().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!(left_of(&owner), Vec::<PathBuf>::new());
}

fn together(parameters: &[(&'static str, &str)]) -> LaneSpec {
    let value = |text: &str| match text.parse() {
        Ok(number) => Parameter::Number(number),
        Err(_) => Parameter::Text(text.to_owned()),
    };
    let own = parameters.iter().map(|(name, text)| (Slug::known(name), value(text)));
    LaneSpec { parameters: own.collect(), ..LaneSpec::plain(Slug::known("mine"), family().slug()) }
}

#[tokio::test]
async fn what_several_lanes_have_otherwise_one_may_have_together() {
    let (folder, family) = (tempfile::tempdir().unwrap(), family());
    for parameters in [
        &[("begin", "process"), ("compile", "start"), ("compiler", "pulley"), ("interrupt", "epoch")][..],
        &[("begin", "process"), ("compile", "cache"), ("compiler", "winch"), ("memory", "ondemand")],
        &[("compiler", "winch"), ("interrupt", "epoch"), ("reuse", "3")],
        &[("compiler", "pulley"), ("interrupt", "fuel"), ("memory", "ondemand")],
    ] {
        // Known by all its parameters, as it tells itself.
        let lane = family.open(&together(parameters)).unwrap().spec();
        conforms(&family, &lane, folder.path()).await;
    }
}
