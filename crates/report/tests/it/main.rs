//! What a run made by hand says.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod aloud;
mod beside;
mod judging;
#[path = "../../../chart/tests/it/made_up.rs"]
mod made_up;
mod versus;
