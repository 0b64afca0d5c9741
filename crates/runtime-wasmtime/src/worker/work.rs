use std::net::SocketAddr;
use std::process::ExitCode;

use plimsoll_model::{FailureKind, JobKind};
use plimsoll_runtime::{Clock, MonotonicClock};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::WasmtimeError;
use crate::code_at::CodeAt;
use crate::protocol::{PROTOCOL, Rights, WASMTIME_VERSION, WorkerOrder, WorkerReport};
use crate::worker::command::Program;
use crate::worker::compile::compile_into;
use crate::worker::pipe::{self, Orders};
use crate::worker::responder::Responder;
use crate::worker::serve::{self, serve};
use crate::worker::settings::Settings;

/// The most threads that serve, whatever the order says.
const MOST_THREADS: u32 = 1 << 10;

/// What the worker process does: takes orders from standard input until the parent closes it.
#[must_use]
pub fn work() -> ExitCode {
    let told = pipe::report(&WorkerReport::Hello {
        protocol: PROTOCOL,
        worker: env!("CARGO_PKG_VERSION").to_owned(),
        wasmtime: WASMTIME_VERSION.to_owned(),
    });
    let done = told.and_then(|()| runtime(1)).and_then(|runtime| runtime.block_on(take_orders()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut message = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                message.push_str(&format!(": {error}"));
                cause = error.source();
            }
            // Where nobody reads any more there is nobody left to tell.
            let _ = pipe::report(&WorkerReport::Refused { kind: error.kind(), message });
            ExitCode::FAILURE
        }
    }
}

fn runtime(threads: u32) -> Result<Runtime, WasmtimeError> {
    let built = match threads {
        0 | 1 => Builder::new_current_thread().enable_all().build(),
        _ => {
            let threads = threads.min(MOST_THREADS) as usize;
            Builder::new_multi_thread().worker_threads(threads).enable_all().build()
        }
    };
    built.map_err(WasmtimeError::io("start a runtime in", "plimsoll-worker"))
}

async fn take_orders() -> Result<(), WasmtimeError> {
    let mut orders = Orders::open()?;
    let Some(first) = orders.next().await? else { return Ok(()) };
    match first {
        WorkerOrder::Compile { protocol, code, kind, tuning, rights } => {
            check_protocol(protocol)?;
            pipe::end_with_parent()?;
            let settings = Settings::lane(kind, rights.memory_bytes).tuned(tuning);
            let wasi = compile_into(&code, kind, settings)?;
            pipe::report(&WorkerReport::Compiled { wasi })
        }
        WorkerOrder::Load { protocol, code, kind, wasi, tuning, rights, listen, threads, run } => {
            check_protocol(protocol)?;
            pipe::end_with_parent()?;
            let settings = Settings::lane(kind, rights.memory_bytes).tuned(tuning).speaking(wasi);
            let load = ToLoad { code, settings, rights };
            match kind {
                JobKind::Serve => be_service(orders, load, listen, threads).await,
                JobKind::Run => be_command(orders, load, run).await,
            }
        }
        early => Err(refused(&early)),
    }
}

fn check_protocol(protocol: u32) -> Result<(), WasmtimeError> {
    if protocol == PROTOCOL {
        return Ok(());
    }
    Err(WasmtimeError::Refused {
        kind: FailureKind::RuntimeLost,
        message: format!(
            "the parent speaks protocol {protocol}, this worker {PROTOCOL}: use the `plimsoll-worker` of the same build"
        ),
    })
}

fn refused(order: &WorkerOrder) -> WasmtimeError {
    WasmtimeError::Refused {
        kind: FailureKind::Other,
        message: format!("the worker can't do this now: {order:?}"),
    }
}

/// What is loaded, and what for.
struct ToLoad {
    code: CodeAt,
    settings: Settings,
    rights: Rights,
}

async fn be_service(
    mut orders: Orders,
    ToLoad { code, settings, rights }: ToLoad,
    listen: SocketAddr,
    threads: u32,
) -> Result<(), WasmtimeError> {
    end_on_sigterm()?;
    let responder = Responder::load_telling(&code, settings, rights, |trap| {
        // A parent that has gone ends this process anyway.
        let _ = pipe::report(&WorkerReport::Trapped { trap: trap.to_owned() });
    })?;
    // With one CPU everything stays on this thread; with more, on a runtime that lives as long as the process.
    let wider = if threads > 1 { Some(runtime(threads)?) } else { None };
    let address = {
        let _entered = wider.as_ref().map(Runtime::enter);
        let listener = serve::listen(listen)?;
        let address =
            listener.local_addr().map_err(|source| WasmtimeError::Listen { address: listen, source })?;
        tokio::spawn(serve(listener, responder.clone()));
        address
    };
    pipe::report(&WorkerReport::Loaded { address: Some(address), at_ns: MonotonicClock.now_ns() })?;
    while let Some(order) = orders.next().await? {
        match order {
            WorkerOrder::Arm => {
                responder.arm();
                pipe::report(&WorkerReport::Armed)?;
            }
            WorkerOrder::Marks => pipe::report(&WorkerReport::Marks(responder.marks()))?,
            other => return Err(refused(&other)),
        }
    }
    super::leave(0)
}

async fn be_command(
    mut orders: Orders,
    ToLoad { code, settings, rights }: ToLoad,
    run: bool,
) -> Result<(), WasmtimeError> {
    let program = Program::load_from(&code, settings, rights)?;
    if run {
        return pipe::report(&WorkerReport::Ended(program.run().await));
    }
    pipe::report(&WorkerReport::Loaded { address: None, at_ns: MonotonicClock.now_ns() })?;
    while let Some(order) = orders.next().await? {
        match order {
            WorkerOrder::Run => pipe::report(&WorkerReport::Ended(program.run().await))?,
            other => return Err(refused(&other)),
        }
    }
    Ok(())
}

/// SIGTERM ends a service at once, as it does the native one.
fn end_on_sigterm() -> Result<(), WasmtimeError> {
    let mut terminated =
        signal(SignalKind::terminate()).map_err(WasmtimeError::io("handle SIGTERM in", "plimsoll-worker"))?;
    tokio::spawn(async move {
        terminated.recv().await;
        super::leave(0);
    });
    Ok(())
}
