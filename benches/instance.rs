//! What an instance costs in the worker, without TCP: ours against the bare loop with the same engine settings,
//! against a host as Wasmtime's examples write it, and each with Wasmtime's default settings. One run, one
//! machine: read the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench fails by panicking and prints its figures"
)]
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use plimsoll_benches::plain;
use plimsoll_model::{Grants, JobKind};
use plimsoll_runtime_wasmtime::{Program, Responder, Rights, Settings, compile};
use tokio::runtime::{Builder, Runtime};
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi_http::p2::bindings::ProxyPre;

const MEMORY_BYTES: u64 = 256 << 20;
const LANE: Settings = Settings::lane(JobKind::Serve, MEMORY_BYTES);

fn rights() -> Rights {
    Rights {
        grants: Grants { stdout: true, ..Grants::default() },
        arguments: vec!["hello".to_owned()],
        stdin: None,
        folders: Vec::new(),
        hosts: Vec::new(),
        memory_bytes: MEMORY_BYTES,
        output_bytes: 1 << 20,
    }
}

fn workload(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads").join(name)
}

fn component(name: &str) -> PathBuf {
    workload(name).join(format!("{name}.wasm"))
}

fn compiled(folder: &Path, name: &str, kind: JobKind, settings: Settings) -> PathBuf {
    let path = folder.join(format!("{name}-{}.cwasm", settings == LANE));
    compile(&component(name), &path, kind, settings).expect("the workload compiles");
    path
}

/// As the worker runs with one CPU.
fn one_core() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}

fn hello(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = one_core();
    let mut group = criterion.benchmark_group("hello");
    group.throughput(Throughput::Elements(1));
    for (settings, word) in [(LANE, "lane settings"), (Settings::Default, "default settings")] {
        let program =
            Program::load(&compiled(folder.path(), "hello", JobKind::Run, settings), settings, rights());
        let program = program.expect("it loads");
        group.bench_function(format!("ours, {word}"), |bencher| {
            bencher.iter(|| black_box(runtime.block_on(program.run())));
        });
        let engine = settings.engine().expect("an engine");
        let wasm = std::fs::read(component("hello")).expect("the component is there");
        let bare = CommandPre::new(plain::bound(&engine, &wasm)).expect("it is a command");
        group.bench_function(format!("bare instantiate and call, {word}"), |bencher| {
            bencher.iter(|| runtime.block_on(plain::run(&bare)));
        });
    }
}

struct Ask {
    workload: &'static str,
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: Bytes,
}

impl Ask {
    fn request(&self) -> Request<Full<Bytes>> {
        Request::builder()
            .method(self.method)
            .uri(self.path)
            .header("host", "127.0.0.1:8080")
            .header("content-length", self.body.len())
            .body(Full::new(self.body.clone()))
            .expect("a right request")
    }
}

fn services(criterion: &mut Criterion) {
    let event =
        std::fs::read(workload("transform").join("inputs/events-1.ndjson")).expect("the input is there");
    let event = Bytes::from(event);
    let transform =
        Ask { workload: "transform", name: "one event", method: "POST", path: "/transform", body: event };
    let product = Ask {
        workload: "json-api",
        name: "product",
        method: "GET",
        path: "/products/17",
        body: Bytes::new(),
    };
    for ask in [transform, product] {
        service(criterion, &ask);
    }
}

fn service(criterion: &mut Criterion, ask: &Ask) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = one_core();
    let mut group = criterion.benchmark_group(format!("{} {}", ask.workload, ask.name));
    group.throughput(Throughput::Elements(1));
    for (settings, word) in [(LANE, "lane settings"), (Settings::Default, "default settings")] {
        let path = compiled(folder.path(), ask.workload, JobKind::Serve, settings);
        let ours = Responder::load(&path, settings, rights()).expect("it loads");
        group.bench_function(format!("ours, {word}"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let answer = ours.respond(ask.request()).await.expect("no trap");
                    assert_eq!(answer.status(), 200);
                    black_box(answer.into_body().collect().await.expect("a body").to_bytes())
                })
            });
        });
        let engine = settings.engine().expect("an engine");
        let wasm = std::fs::read(component(ask.workload)).expect("the component is there");
        let plain = ProxyPre::new(plain::bound(&engine, &wasm)).expect("it is a service");
        group.bench_function(format!("bare instantiate and call, {word}"), |bencher| {
            bencher.iter(|| black_box(runtime.block_on(plain::respond_bare(&plain, ask.request()))));
        });
        group.bench_function(format!("host of the examples, {word}"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let answer = plain::respond(&plain, ask.request()).await;
                    black_box(answer.into_body().collect().await.expect("a body").to_bytes())
                })
            });
        });
        // Where the time goes: each step contains the one before it.
        group.bench_function(format!("step 1 store, {word}"), |bencher| {
            bencher.iter(|| black_box(ours.bare_store()));
        });
        group.bench_function(format!("step 2 store and instance, {word}"), |bencher| {
            bencher.iter(|| runtime.block_on(ours.bare_instance()).expect("it instantiates"));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    targets = hello, services
}
criterion_main!(benches);
