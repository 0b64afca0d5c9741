//! Lines that are the same in everything that is done by hand.

/// Where the clock starts, and until when it runs.
pub(crate) const CLOCK: &str =
    "# the clock starts here, and stops when the right answer has come, or the command has ended";

/// Asks a service until it answers.
pub(crate) const UNTIL: &str =
    "until curl --silent --fail --output /dev/null http://127.0.0.1:PORT/PATH; do :; done";
