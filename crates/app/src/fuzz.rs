//! What comes from elsewhere, as bytes: whatever they are, a window shows what it can of them.

use crate::desk::{Live, shown_after};
use crate::own::{read_har, read_openapi};
use crate::stream::{Line, hear};

/// What a window shows after these bytes of `plimsoll stream`, and in how many lines they came.
#[must_use]
pub fn stream(bytes: &[u8]) -> (usize, Live) {
    let mut lines = 0;
    let events = hear(bytes).inspect(|_| lines += 1).filter_map(|line| match line {
        Line::Event(event) => Some(event),
        Line::Kept(_) | Line::Refused(_) => None,
    });
    let live = shown_after(events);
    (lines, live)
}

/// How many requests are taken from these bytes of a HAR; `None` where they are refused.
#[must_use]
pub fn har(bytes: &[u8]) -> Option<usize> {
    read_har(bytes).ok().map(|read| read.len())
}

/// How many requests are taken from these bytes of an OpenAPI document; `None` where they are refused.
#[must_use]
pub fn openapi(bytes: &[u8]) -> Option<usize> {
    read_openapi(bytes).ok().map(|read| read.len())
}
