use std::io::{self, Write};

use wasip2::cli::environment::get_arguments;
use wasip2::cli::stderr::get_stderr;
use wasip2::cli::stdout::get_stdout;
use wasip2::io::streams::OutputStream;

use crate::CommandCore;

/// What `wasi:io` takes in one call of `blocking-write-and-flush`.
const WRITE_LIMIT: usize = 4096;

/// Runs a command core on the streams of `wasi:cli`; an error is one line on standard error and exit code 1.
pub fn run(core: CommandCore) -> Result<(), ()> {
    let args: Vec<String> = get_arguments().into_iter().skip(1).collect();
    core(&args, &mut Stream(get_stdout())).map_err(|error| {
        let _ = Stream(get_stderr()).write_all(format!("{error}\n").as_bytes());
    })
}

/// Past the C library's descriptors: they cost a set-up that a command which only writes never uses.
struct Stream(OutputStream);

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(WRITE_LIMIT);
        self.0
            .blocking_write_and_flush(&bytes[..taken])
            .map_err(|error| io::Error::new(io::ErrorKind::BrokenPipe, error.to_string()))?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
