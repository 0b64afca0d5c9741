//! WebAssembly that comes from a registry, or out of a layout.

use std::sync::Arc;

use plimsoll_model::{Artifact, FailureKind, Form, Origin, RunId, Source, Workload};
use plimsoll_runtime::{Family, Owner, PREPARE_TIME, Prepared, Runtime};
use plimsoll_runtime_wasmtime::WasmtimeFamily;
use serde_json::json;

use crate::answerer::{Answerer, answered};
use crate::artifact::{IMAGE_CONFIG, Made};
use crate::lanes::{family, parameter, runs_commands, specs};
use crate::workloads::{conditions, granted, shipped};
use crate::{components, modules};

fn with(mut workload: Workload, form: Form, source: Source) -> Workload {
    let name = match &source {
        Source::Registry(name) => format!("oci://{name}"),
        _ => "layout".to_owned(),
    };
    workload.artifacts = vec![Artifact { form, name, source, arch: None }];
    workload
}

fn from(registry: &Answerer, workload: Workload) -> Workload {
    with(workload, Form::Component, Source::Registry(format!("{}/a:1", registry.host)))
}

/// The lanes that run commands.
fn lanes(family: &WasmtimeFamily) -> Vec<Arc<dyn Runtime>> {
    specs(family).iter().filter(|lane| runs_commands(lane)).map(|lane| family.open(lane).unwrap()).collect()
}

async fn times(prepared: &dyn Prepared) -> Vec<String> {
    let figures = prepared.figures().await.into_iter().filter(|figure| figure.metric == PREPARE_TIME);
    figures.map(|figure| figure.subject.unwrap().to_string()).collect()
}

async fn runs(prepared: &dyn Prepared) {
    let mut bed = prepared.stage().await.unwrap();
    let mut instance = bed.start().await.unwrap();
    assert_eq!(&instance.wait().await.unwrap().stdout[..], b"eu-central");
    instance.stop().await.unwrap();
    bed.end().await.unwrap();
}

#[tokio::test]
async fn a_component_is_pulled_once_for_all_lanes_told_apart_and_pinned() {
    let wasm = components::prints_first_variable();
    let made = Made::wasm(&wasm);
    let digest = made.digest();
    let registry = Answerer::of(made);
    let workload = from(&registry, granted(tempfile::tempdir().unwrap().path()));
    let family = family();
    for lane in lanes(&family) {
        for _ in 0..2 {
            let prepared = lane.prepare(&workload, &conditions()).await.unwrap();
            // Where a start compiles, preparing does not.
            let compiles = parameter(&lane.spec(), "compile").unwrap() != "start";
            let parts = if compiles { vec!["compile", "pull"] } else { vec!["pull"] };
            assert_eq!(times(prepared.as_ref()).await, parts);
            let digests = prepared.digests();
            assert_eq!(digests["pulled"], format!("{}/a@{digest}", registry.host));
            assert_eq!(digests["component"], plimsoll_files::sha256(&wasm));
            runs(prepared.as_ref()).await;
            prepared.discard().await.unwrap();
        }
    }
    assert_eq!(registry.asked().len(), 2, "a manifest and a layer: {:?}", registry.asked());
}

#[tokio::test]
async fn a_layout_runs_as_a_registry_does() {
    let folder = tempfile::tempdir().unwrap();
    Made::wasm(&components::prints_first_variable()).lay_out(folder.path());
    let source = Source::Layout(folder.path().to_owned());
    let workload = with(granted(tempfile::tempdir().unwrap().path()), Form::Component, source);
    let prepared = lanes(&family())[0].prepare(&workload, &conditions()).await.unwrap();
    assert!(prepared.digests()["pulled"].starts_with("sha256:"));
    runs(prepared.as_ref()).await;
    prepared.discard().await.unwrap();
}

#[tokio::test]
async fn a_module_is_known_by_its_bytes_and_a_manifest_s_key_is_held_to() {
    let registry = Answerer::of(Made::wasm(&modules::prints_first_variable()));
    let named = from(&registry, granted(tempfile::tempdir().unwrap().path()));
    let line = Workload { origin: Origin::Line, ..named.clone() };
    let lane = &lanes(&family())[0];
    let prepared = lane.prepare(&line, &conditions()).await.unwrap();
    assert!(prepared.digests().contains_key("module"));
    assert!(prepared.warnings()[0].contains("is a module of WASI 0.1"));
    runs(prepared.as_ref()).await;
    prepared.discard().await.unwrap();
    let told = lane.prepare(&named, &conditions()).await.err().unwrap().to_string();
    assert!(told.contains("is a module, and it is named as a component"), "{told}");
    let serves = Workload { origin: Origin::Line, ..from(&registry, shipped("json-api")) };
    let told = lane.prepare(&serves, &conditions()).await.err().unwrap().to_string();
    assert!(told.contains("can't listen"), "{told}");
}

#[tokio::test]
async fn what_can_not_be_had_says_why_and_what_it_means() {
    let ordinary = Made::new(&(IMAGE_CONFIG, json!({"os": "linux"})), &[("a/tar", b"1"), ("a/tar", b"2")]);
    let image = Answerer::of(ordinary);
    let busy = Answerer::new(|_| answered("429 Too Many Requests", "Retry-After: 3\r\n", b""));
    let workload = granted(tempfile::tempdir().unwrap().path());
    for (registry, kind, words) in
        [(&image, FailureKind::BadArtifact, "`--image`"), (&busy, FailureKind::Other, "`Retry-After` is 3 s")]
    {
        let workload = from(registry, workload.clone());
        let error = lanes(&family())[0].prepare(&workload, &conditions()).await.err().unwrap();
        assert_eq!(error.kind(), kind, "{error}");
        let told = error.to_string();
        assert!(told.contains(words) && told.contains(&format!("oci://{}/a:1", registry.host)), "{told}");
    }
}

#[tokio::test]
async fn what_failed_is_told_to_a_run_s_other_lanes_at_once_and_tried_again_in_another() {
    let busy = Answerer::new(|_| answered("500 Internal Server Error", "", b""));
    let workload = from(&busy, granted(tempfile::tempdir().unwrap().path()));
    let family = family();
    let mut conditions = conditions();
    for (run, asked) in [("first", 1), ("second", 2)] {
        conditions.owner = Owner::current(RunId::known(run));
        for lane in lanes(&family) {
            let told = lane.prepare(&workload, &conditions).await.err().unwrap().to_string();
            assert!(told.contains("answered 500"), "{told}");
        }
        assert_eq!(busy.asked().len(), asked);
    }
}
