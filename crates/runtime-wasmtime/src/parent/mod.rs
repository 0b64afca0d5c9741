//! The parent's side: the two lanes. Nothing here touches Wasmtime.

mod artifact;
mod compile;
mod describe;
mod figures;
mod fresh;
mod link;
mod live;
mod locate;
mod prepared;
mod running;
mod runtime;
mod scratch;
mod worker;

pub use figures::FIRST_INSTANCE;
pub use runtime::{Start, WasmtimeRuntime};

pub(crate) use link::Reports;
pub(crate) use running::exit_of;
