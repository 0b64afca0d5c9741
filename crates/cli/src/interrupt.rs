//! Ctrl-C.

use std::io::Write;
use std::thread;

use plimsoll_app::Cancel;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::exit;

/// From now on the first signal to stop makes the wish, and a second one ends the process at once.
///
/// Signals are taken on a thread of their own, which sleeps until one comes: the observer is blocked for most
/// of a trial and would not get to it.
///
/// # Errors
/// When the system takes no signal handler or no thread.
pub(crate) fn listen(cancel: Cancel) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            if cancel.is_cancelled() {
                // What is left behind is removed by the next run, or by `plimsoll clean`.
                low_level::exit(exit::INTERRUPTED.into());
            }
            cancel.cancel();
            let _ =
                writeln!(std::io::stderr(), "stopping: what was measured is kept; once more ends at once");
        }
    })?;
    Ok(())
}
