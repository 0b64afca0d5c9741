//! Workloads as WebAssembly in a worker process: components of WASI 0.2 and 0.3, and commands that are modules of WASI 0.1.
//!
//! Both ends of the worker protocol live here: the parent's, which is family `wasmtime`, and the worker's, which is the only code that touches Wasmtime. The worker is a binary
//! of its own, `plimsoll-worker`, so that a component is charged neither with the application's memory nor
//! with its jitter, and so that a runaway guest takes nothing down with it.

mod code_at;
mod error;
#[doc(hidden)]
pub mod fuzz;
mod lines;
mod parent;
mod protocol;
mod tuning;
mod wasi;
mod worker;

pub use error::WasmtimeError;
pub use parent::{CODE_TIME, FIRST_INSTANCE, WasmtimeFamily};
pub use protocol::{Ending, Marks, Preopened, Reachable, Rights, WASMTIME_VERSION};
pub use tuning::{Compiler, Interrupt, MemoryFrom, Reuse, Tuning};
pub use wasi::Wasi;
pub use worker::{Answer, Program, Responder, Settings, compile, serve, work};
