//! What comes from elsewhere, as bytes: whatever they are, a window shows what it can of them.

use crate::desk::{Live, shown_after};
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
