//! Ctrl-C.

use std::io::Write;
use std::thread;

use plimsoll_app::{Cancel, Code, Error};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::exit;

/// From now on the first signal to stop makes the wish, and a second one ends the process at once.
///
/// One that was ignored when the process began stays so: `nohup`, a shell's background job and `trap '' INT` mean it.
///
/// Signals are taken on a thread of their own, which sleeps until one comes: the observer is blocked for most
/// of a trial and would not get to it.
///
/// # Errors
/// When the system takes no signal handler or no thread.
pub(crate) fn listen(cancel: Cancel) -> std::io::Result<()> {
    listen_saying(cancel, "stopping: what was measured is kept; once more ends at once")
}

/// Does what measures nothing until it is done or a signal to stop comes. It is given up then, and what it had made on the
/// way goes with it.
///
/// # Errors
/// Its own, or that it was stopped.
pub(crate) async fn unless_stopped<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let cancel = Cancel::new();
    listen_saying(cancel.clone(), "stopping: what was made to try is removed; once more ends at once")
        .map_err(|error| told(Code::Environment, "could not listen for Ctrl-C", vec![error.to_string()]))?;
    tokio::select! {
        done = work => done,
        () = cancel.cancelled() => Err(told(Code::Interrupted, "stopped before all was tried", Vec::new())),
    }
}

fn told(code: Code, message: &str, causes: Vec<String>) -> Error {
    Error { code, message: message.to_owned(), causes, hint: None }
}

fn listen_saying(cancel: Cancel, text: &'static str) -> std::io::Result<()> {
    let ignored = ignored(&std::fs::read_to_string("/proc/self/status").unwrap_or_default());
    let heard = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(heard)?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            if cancel.is_cancelled() {
                // What is left behind is removed by the next run, or by `plimsoll clean`.
                low_level::exit(exit::INTERRUPTED.into());
            }
            cancel.cancel();
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    })?;
    Ok(())
}

/// The signals that a process ignores, a bit each from the lowest on (`SigIgn` in proc_pid_status(5)); none where that
/// can't be seen.
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_bit_by_bit() {
        let status = "Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001003\n";
        let ignored = ignored(status);
        assert_eq!([SIGHUP, SIGINT, SIGTERM].map(|signal| ignored >> (signal - 1) & 1), [1, 1, 0]);
        assert_eq!(super::ignored(""), 0);
    }
}
