//! The command `plimsoll`: arguments to use cases, use cases to the terminal.

mod arguments;
mod command;
mod exit;
mod interrupt;
mod notes;
mod output;
mod progress;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use self::arguments::Arguments;
use self::output::Terminal;

// One thread: it becomes the observer, which the ready loop and the load generator block on purpose.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => {
            // Help goes to standard output, a refusal to standard error. Nobody is left to tell when that fails.
            let _ = refusal.print();
            return ExitCode::from(u8::try_from(refusal.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let mut terminal = Terminal::new(arguments.color);
    let json = arguments.command.wants_json();
    let ended = command::run(arguments, &mut terminal).await;
    let ended = ended.and_then(|code| terminal.flush().map(|()| code).map_err(output::unwritable));
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::report_error(&error, json, &mut terminal);
            ExitCode::from(exit::code_of(error.code))
        }
    }
}
