//! What the use cases rest on, where only all crates together show it.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod metrics;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
