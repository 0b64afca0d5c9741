use std::io;

use plimsoll_app::{Code, Error};

/// The system refuses what a command needs.
pub(super) fn unable(what: &str, error: &io::Error) -> Error {
    Error {
        code: Code::Environment,
        message: format!("could not {what}"),
        causes: vec![error.to_string()],
        hint: None,
    }
}
