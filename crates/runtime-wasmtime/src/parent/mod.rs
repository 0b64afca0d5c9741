//! The parent's side: the two lanes. Nothing here touches Wasmtime.

mod compile;
mod compiled;
mod describe;
mod figures;
mod fresh;
mod held_port;
mod link;
mod live;
mod locate;
mod recipe;
mod running;
mod runtime;
mod scratch;
mod start;
mod worker;

pub use figures::FIRST_INSTANCE;
pub use runtime::WasmtimeRuntime;
pub use start::Start;

pub(crate) use link::Reports;
pub(crate) use running::exit_of;
