//! Requests of a HAR, as a form tells of them.

use std::fs;
use std::path::Path;

use super::form_text::{fault, said};
use super::order::Fault;
use crate::own::{Means, har};
use crate::recognise::{Recognised, recognise};
use crate::{Code, Error, format};

/// The largest file that is read while somebody types, in bytes.
const LARGEST: u64 = 32 << 20;

/// What is found of it, in a sentence or several.
///
/// # Errors
/// When it is no HAR, or none of its requests can be made.
pub(super) fn found(at: &Path) -> Result<String, Fault> {
    match recognise(at) {
        Recognised::Har => {}
        Recognised::Other(why) => return Err(said("har", format!("`{}`: {why}", at.display()))),
        _ => {
            let why = "is no HAR: save one with `Save all as HAR` in the network tab of a browser";
            return Err(said("har", format!("`{}` {why}", at.display())));
        }
    }
    let bytes = fs::metadata(at).map_or(0, |found| found.len());
    if bytes > LARGEST {
        return Ok(format!("A HAR, {}: it is read when it is tried.", format::bytes(bytes as f64)));
    }
    let imported = har(at).map_err(|error| fault(Some("har"), &Error::of(Code::Usage, &error)))?;
    Ok(imported.remarks(Means::Window).join(" "))
}
