//! The worker's side: everything that touches Wasmtime.

mod ahead;
mod allowance;
mod answer;
mod asks;
mod binding;
mod cache;
mod command;
mod compile;
mod concurrent;
mod confine;
mod elsewhere;
mod guest;
mod idle;
mod inspect;
mod interrupt;
mod loading;
mod marks;
mod memory;
mod module;
mod needs;
mod offer;
mod output;
mod pipe;
mod reach;
mod responder;
mod serve;
mod service;
mod settings;
mod work;
mod world;

pub use answer::Answer;
pub use command::Program;
pub use compile::compile;
pub use responder::Responder;
pub use serve::serve;
pub use settings::Settings;
pub use work::work;

pub(crate) use asks::asks;
pub(crate) use inspect::check_bytes;
pub(crate) use pipe::LONGEST_ORDER;

/// Ends the process. The worker holds nothing that outlives it, and a guest at work can't be waited for.
#[expect(clippy::exit, reason = "the one way out of a process whose threads run guests")]
fn leave(code: i32) -> ! {
    std::process::exit(code)
}
