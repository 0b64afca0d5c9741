use std::io::Write;
use std::process::ExitCode;

use crate::CommandCore;

/// Runs a command core with the process's arguments and standard output.
pub fn run(core: CommandCore) -> ExitCode {
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut stdout = std::io::stdout().lock();
    match core(&args, &mut stdout).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::fail(format_args!("{error}")),
    }
}
