//! Every export of one run made by hand.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod exporting;
mod made_up;
