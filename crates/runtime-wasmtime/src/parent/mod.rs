//! The parent's side: the family of lanes. Nothing here touches Wasmtime.

mod apart;
mod by_hand;
mod choice;
mod compilation;
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
mod making;
mod parameters;
mod pulled;
mod recipe;
mod running;
mod runtime;
mod scratch;
mod start;
mod swap;
mod worker;

pub use family::WasmtimeFamily;
pub use figures::{CODE_TIME, FIRST_INSTANCE};

pub(crate) use link::Reports;
pub(crate) use running::exit_of;
