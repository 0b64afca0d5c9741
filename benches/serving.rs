//! Requests per second of `json-api` over TCP, with a new instance for each and with one kept for many: the Wasm lanes'
//! server beside the native binary, and beside a host as Wasmtime's examples write it with Wasmtime's default settings. Each service on one
//! CPU, the load generator on another.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use plimsoll_benches::{Native, Sides, closed_rate, pin, plain, product};
use plimsoll_model::{Grants, JobKind};
use plimsoll_runtime_wasmtime::{Responder, Reuse, Rights, Settings, Tuning, compile, serve};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use wasmtime_wasi_http::p2::bindings::ProxyPre;

const GENERATOR_CPU: usize = 0;
const SERVICE_CPU: usize = 1;
const CONNECTIONS: usize = 4;
const LASTS: Duration = Duration::from_secs(1);
const PAIRS: usize = 15;
/// Requests that one instance answers in lane `wasmtime+reuse`.
const REUSED: u32 = 128;
const MEMORY_BYTES: u64 = 256 << 20;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads/json-api/json-api.wasm");
    let lane = on_its_own_core({
        let (wasm, compiled) = (wasm.clone(), folder.path().join("json-api.cwasm"));
        move |told| serve_lane(&wasm, &compiled, Reuse::ONCE, told)
    })?;
    let reuse = Reuse::try_from(REUSED).map_err(|why| anyhow::anyhow!(why))?;
    let reusing = on_its_own_core({
        let (wasm, compiled) = (wasm.clone(), folder.path().join("json-api-again.cwasm"));
        move |told| serve_lane(&wasm, &compiled, reuse, told)
    })?;
    let default = on_its_own_core(move |told| serve_default(&wasm, told))?;
    pin(SERVICE_CPU)?;
    let native = Native::start("json-api", plimsoll_runtime::free_address()?)?;
    pin(GENERATOR_CPU)?;

    let request = product()?;
    let rate = |address: SocketAddr| closed_rate(address, &request, CONNECTIONS, LASTS);
    let sides = Sides::measure(PAIRS, || rate(lane), || rate(native.address))?;
    println!("{} (aim: 0.3)", sides.line("lane `wasmtime`", "`native`", "requests/s"));
    let sides = Sides::measure(PAIRS, || rate(reusing), || rate(native.address))?;
    println!("{} (aim: 0.6)", sides.line("lane `wasmtime+reuse`", "`native`", "requests/s"));
    let sides = Sides::measure(PAIRS, || rate(lane), || rate(default))?;
    println!("{} (aim: 2)", sides.line("lane `wasmtime`", "default settings", "requests/s"));
    Ok(())
}

type Told = mpsc::Sender<SocketAddr>;

/// Runs a server for as long as the process lives.
fn on_its_own_core(server: impl FnOnce(&Told) -> Result<()> + Send + 'static) -> Result<SocketAddr> {
    let (told, hears) = mpsc::channel();
    let server = thread::Builder::new().spawn(move || {
        pin(SERVICE_CPU)?;
        server(&told)
    })?;
    match hears.recv() {
        Ok(address) => Ok(address),
        Err(_) => match server.join() {
            Ok(Err(error)) => Err(error),
            _ => anyhow::bail!("a server ended without a word"),
        },
    }
}

fn serve_lane(wasm: &Path, compiled: &Path, reuse: Reuse, told: &Told) -> Result<()> {
    let tuning = Tuning { reuse, ..Tuning::USUAL };
    let settings = Settings::lane(JobKind::Serve, MEMORY_BYTES).tuned(tuning);
    compile(wasm, compiled, JobKind::Serve, settings)?;
    let rights = Rights {
        grants: Grants::default(),
        arguments: Vec::new(),
        stdin: None,
        folders: Vec::new(),
        hosts: Vec::new(),
        memory_bytes: MEMORY_BYTES,
        output_bytes: 1 << 20,
    };
    let responder = Responder::load(compiled, settings, rights)?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        told.send(listener.local_addr()?)?;
        serve(listener, responder).await;
        Ok(())
    })
}

fn serve_default(wasm: &Path, told: &Told) -> Result<()> {
    let engine = Settings::Default.engine()?;
    let component = std::fs::read(wasm).with_context(|| format!("could not read `{}`", wasm.display()))?;
    let service =
        ProxyPre::new(plain::bound(&engine, &component)).map_err(|why| anyhow::anyhow!("{why:#}"))?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        told.send(listener.local_addr()?)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let service = service.clone();
            let answer = service_fn(move |request| {
                let service = service.clone();
                async move { Ok::<_, Infallible>(plain::respond(&service, request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    })
}
