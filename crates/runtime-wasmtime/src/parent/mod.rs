//! The parent's side: the two lanes. Nothing here touches Wasmtime.

mod compile;
mod compiled;
mod describe;
mod figures;
mod fresh;
mod link;
mod live;
mod locate;
mod recipe;
mod running;
mod runtime;
mod scratch;
mod worker;

pub use figures::FIRST_INSTANCE;
pub use runtime::{Start, WasmtimeRuntime};
