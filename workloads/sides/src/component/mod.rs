//! The component side: `wasi:http/incoming-handler` or `wasi:cli/run`, with as few host calls as the job allows.

mod command;
mod http;

pub use command::run;
pub use http::handle;
