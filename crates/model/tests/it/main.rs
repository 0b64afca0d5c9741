//! What strangers may write.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
