//! Hosts as Wasmtime's own examples write them: nothing lazy, a task for each request. What ours are set against.

#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a bench fails by panicking")]

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::{Request, Response};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::{Error, RequestOptions, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

/// What a store holds.
#[allow(missing_debug_implementations)]
pub struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Closed,
}

struct Closed;

type Sent = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Answered = Box<dyn Future<Output = Result<(Response<HyperOutgoingBody>, Sent), Error>> + Send>;

impl WasiHttpHooks for Closed {
    fn send_request(
        &mut self,
        _: Request<HyperOutgoingBody>,
        _: Option<RequestOptions>,
        _: Sent,
    ) -> Answered {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

/// A store with everything that a guest might want.
pub fn store(engine: &Engine) -> Store<State> {
    let wasi = WasiCtx::builder().build();
    let state = State { table: ResourceTable::new(), wasi, http: WasiHttpCtx::new(), hooks: Closed };
    Store::new(engine, state)
}

/// Compiled in memory and bound to all of WASI.
pub fn bound(engine: &Engine, wasm: &[u8]) -> InstancePre<State> {
    let component = Component::from_binary(engine, wasm).expect("the workload's component compiles");
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).expect("WASI links once");
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).expect("HTTP links once");
    linker.instantiate_pre(&component).expect("the workload's component links")
}

/// A new instance and a call into it: the bare loop.
pub async fn run(command: &CommandPre<State>) {
    let mut store = store(command.engine());
    let instance = command.instantiate_async(&mut store).await.expect("it instantiates");
    instance.wasi_cli_run().call_run(&mut store).await.expect("it does not trap").expect("it succeeds");
}

/// A new instance that answers, in a task of its own, as the examples have it.
pub async fn respond<B>(service: &ProxyPre<State>, request: Request<B>) -> Response<HyperOutgoingBody>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let mut store = store(service.engine());
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request).expect("it has a host");
    let answer = store.data_mut().http().new_response_outparam(sender).expect("the table has room");
    let service = service.clone();
    let task = tokio::spawn(async move {
        let proxy = service.instantiate_async(&mut store).await?;
        proxy.wasi_http_incoming_handler().call_handle(&mut store, request, answer).await
    });
    let response = receiver.await.expect("it answers").expect("with a response");
    task.await.expect("it ends").expect("without a trap");
    response
}

/// The bare loop for a service: instance, call, answer, in one task.
pub async fn respond_bare<B>(service: &ProxyPre<State>, request: Request<B>) -> Bytes
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let mut store = store(service.engine());
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let proxy = service.instantiate_async(&mut store).await.expect("it instantiates");
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request).expect("it has a host");
    let answer = store.data_mut().http().new_response_outparam(sender).expect("the table has room");
    proxy.wasi_http_incoming_handler().call_handle(&mut store, request, answer).await.expect("no trap");
    let response = receiver.await.expect("it answers").expect("with a response");
    response.into_body().collect().await.expect("it has a body").to_bytes()
}
