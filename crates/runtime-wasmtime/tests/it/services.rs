//! The shipped services, answered in this process.

use std::env::consts::ARCH;
use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use plimsoll_model::{Artifact, Compare, Exchange, Form, JobKind, Workload};
use plimsoll_runtime_wasmtime::{Responder, Settings, WasmtimeError, compile};

use crate::{components, guests, workloads};

fn responder(component: &Path, settings: Settings) -> Responder {
    let folder = tempfile::tempdir().unwrap();
    let compiled = folder.path().join("service.cwasm");
    compile(component, &compiled, JobKind::Serve, settings).unwrap();
    Responder::load(&compiled, settings, guests::rights()).unwrap()
}

fn request(ask: &Exchange) -> Request<Full<Bytes>> {
    Request::builder()
        .method(ask.method.as_str())
        .uri(&ask.path)
        .header("host", "127.0.0.1")
        .body(Full::new(Bytes::from(ask.body.to_vec())))
        .unwrap()
}

fn component_of(workload: &Workload) -> &Path {
    workload.artifact(Form::Component, ARCH).and_then(Artifact::file).unwrap()
}

const LANE: Settings = Settings::lane(JobKind::Serve, 256 << 20);

#[tokio::test]
async fn the_shipped_services_answer_as_their_manifests_expect_under_both_settings() {
    for name in ["json-api", "transform"] {
        let workload = workloads::shipped(name);
        for settings in [LANE, Settings::Default] {
            let responder = responder(component_of(&workload), settings);
            for ask in workload.job.service().unwrap().exchanges() {
                let expect = &ask.expect;
                assert_eq!(expect.compare, Compare::Bytes);
                let answer = responder.respond(request(ask)).await.unwrap();
                assert_eq!(answer.status().as_u16(), expect.status, "{name} {}", ask.name);
                let length =
                    answer.headers().get("content-length").map(|text| text.to_str().unwrap().to_owned());
                assert!(length.is_none_or(|length| length == expect.body.len().to_string()));
                let body = answer.into_body().collect().await.unwrap().to_bytes();
                assert!(*body == *expect.body, "{name} {} differs", ask.name);
            }
        }
    }
}

#[tokio::test]
async fn the_marks_are_those_of_the_first_instance_after_arming() {
    let workload = workloads::shipped("json-api");
    let responder = responder(component_of(&workload), LANE);
    let ask = || request(&workload.job.service().unwrap().ready);
    responder.respond(ask()).await.unwrap();
    let first = responder.marks();
    let in_order = [first.asked_ns, first.created_ns, first.started_ns, first.done_ns];
    assert!(first.asked_ns > 0 && in_order.is_sorted(), "{first:?}");
    responder.respond(ask()).await.unwrap();
    assert_eq!(responder.marks(), first);
    responder.arm();
    responder.respond(ask()).await.unwrap();
    assert!(responder.marks().asked_ns >= first.done_ns);
}

#[tokio::test]
async fn a_service_that_traps_or_never_answers_is_an_error_and_the_next_request_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let answer = async |body: &str| {
        let component = folder.path().join("service.wasm");
        std::fs::write(&component, components::service(body)).unwrap();
        let responder = responder(&component, LANE);
        let ask = || Request::builder().uri("/").header("host", "x").body(Full::new(Bytes::new())).unwrap();
        let first = responder.respond(ask()).await.err().expect("must fail");
        let second = responder.respond(ask()).await.err().expect("must fail alike");
        assert_eq!(first.to_string(), second.to_string());
        first
    };
    let trapped = answer("unreachable").await;
    assert!(matches!(&trapped, WasmtimeError::Trapped { trap } if trap.contains("unreachable")), "{trapped}");
    let silent = answer("").await;
    assert!(silent.to_string().contains("without an answer"), "{silent}");
}
