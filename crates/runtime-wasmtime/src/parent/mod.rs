//! The parent's side: the family of lanes. Nothing here touches Wasmtime.

mod choice;
mod compile;
mod compiled;
mod describe;
mod family;
mod figures;
mod fresh;
mod ground;
mod held_port;
mod hosts;
mod kept_code;
mod lane;
mod link;
mod live;
mod locate;
mod pulled;
mod recipe;
mod running;
mod runtime;
mod scratch;
mod start;
mod worker;

pub use family::WasmtimeFamily;
pub use figures::FIRST_INSTANCE;

pub(crate) use link::Reports;
pub(crate) use running::exit_of;
