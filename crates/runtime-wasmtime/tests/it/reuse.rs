//! Instances that answer one request after another.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::{Body, Frame};
use plimsoll_model::JobKind;
use plimsoll_runtime_wasmtime::{Responder, Reuse, Settings, Tuning, compile};
use tokio::sync::mpsc::{Receiver, channel};

use crate::versions::{GUESTS, compiled, told};
use crate::{components, guests};

/// Never answers, and traps when it is asked once more than so often: then it is the same instance that is asked.
fn traps_after(calls: u32, reuse: u32) -> Responder {
    let folder = tempfile::tempdir().unwrap();
    let (wasm, compiled) = (folder.path().join("guest.wasm"), folder.path().join("guest.cwasm"));
    let body = format!(
        "(if (i32.eq (global.get $asked) (i32.const {calls})) (then unreachable))
         (global.set $asked (i32.add (global.get $asked) (i32.const 1)))"
    );
    std::fs::write(&wasm, components::service(&body)).unwrap();
    let tuning = Tuning { reuse: Reuse::try_from(reuse).unwrap(), ..Tuning::USUAL };
    let settings = Settings::lane(JobKind::Serve, guests::rights().memory_bytes).tuned(tuning);
    compile(&wasm, &compiled, JobKind::Serve, settings).unwrap();
    Responder::load(&compiled, settings, guests::rights()).unwrap()
}

/// What becomes of so many requests, one after the other: whether each met an instance that had had enough.
async fn asked(service: &Responder, times: usize) -> Vec<bool> {
    let mut trapped = Vec::new();
    for _ in 0..times {
        let ask = Request::builder().uri("/").header("host", "x").body(Full::new(Bytes::new())).unwrap();
        let error = service.respond(ask).await.err().expect("it never answers").to_string();
        assert!(error.contains("unreachable") != error.contains("without an answer"), "{error}");
        trapped.push(error.contains("unreachable"));
    }
    trapped
}

#[tokio::test]
async fn an_instance_answers_as_often_as_it_may_and_no_more() {
    for reuse in [1, 2, 5] {
        let calls = usize::try_from(reuse).unwrap();
        assert_eq!(asked(&traps_after(reuse, reuse), 2 * calls + 1).await, vec![false; 2 * calls + 1]);
        let mut meets = vec![false; calls];
        meets[calls - 1] = reuse > 1;
        assert_eq!(asked(&traps_after(reuse.max(2) - 1, reuse), calls).await, meets, "{reuse}");
    }
}

#[tokio::test]
async fn one_that_has_trapped_answers_no_more() {
    let met = asked(&traps_after(1, 100), 5).await;
    assert_eq!(met, [false, true, false, true, false]);
}

#[tokio::test]
async fn after_arming_none_answers_that_has_answered_before() {
    let service = traps_after(1, 100);
    for _ in 0..3 {
        assert_eq!(asked(&service, 1).await, [false]);
        service.arm();
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_nobody_asks_for_a_second_is_dropped() {
    let service = traps_after(1, 100);
    for (idle_ms, is_kept) in [(1_100, false), (900, true), (2_500, false)] {
        assert_eq!(asked(&service, 1).await, [false]);
        tokio::time::sleep(Duration::from_millis(idle_ms)).await;
        assert_eq!(asked(&service, 1).await, [is_kept], "idle for {idle_ms} ms");
        service.arm();
    }
}

/// A body that comes when it is sent.
struct Coming(Receiver<Bytes>);

impl Body for Coming {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}

#[tokio::test]
async fn requests_at_the_same_time_get_an_instance_each() {
    for (name, is) in GUESTS {
        let (_folder, compiled, settings) = compiled(name, JobKind::Serve, is);
        let settings = settings.tuned(Tuning { reuse: Reuse::AS_SERVED, ..Tuning::USUAL });
        let service = Responder::load(&compiled, settings, guests::rights()).unwrap();
        let (send, body) = channel(1);
        let ask =
            Request::builder().method("POST").uri("/echo").header("host", "x").body(Coming(body)).unwrap();
        let waits = tokio::spawn({
            let service = service.clone();
            async move { service.respond(ask).await.unwrap().into_body().collect().await.unwrap().to_bytes() }
        });
        send.send(Bytes::from_static(b"late")).await.unwrap();
        for _ in 0..3 {
            assert_eq!(told(&service, "/hello").await, (200, "hello".to_owned()), "{name}");
        }
        assert!(!waits.is_finished(), "{name}");
        drop(send);
        assert_eq!(waits.await.unwrap(), "late", "{name}");
    }
}
