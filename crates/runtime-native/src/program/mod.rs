//! Programs of this machine that run a workload's artifact in a process of their own: engines of WebAssembly, and what shuts
//! a binary in.

mod compiling;
mod family;
mod find;
mod lane;
mod lanes;
mod prepared;
mod probe;
mod runs;
mod runtime;

pub use family::ProgramFamily;
