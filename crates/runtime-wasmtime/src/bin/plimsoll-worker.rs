//! The process in which components run. It is spoken to by its parent over pipes and takes no arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    plimsoll_runtime_wasmtime::work()
}
