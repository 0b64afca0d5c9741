//! The native side: a static binary that runs as a container's only process, or as a plain one.

mod command;
mod http;

pub use command::run;
pub use http::serve;

/// Ends a process that could not do its work: one line on standard error, exit code 1.
fn fail(message: std::fmt::Arguments<'_>) -> std::process::ExitCode {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{message}");
    std::process::ExitCode::FAILURE
}
