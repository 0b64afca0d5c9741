//! Capsules that were packed, and files that only look like one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod anything;
mod forged;
mod ground;
mod hostile;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod round_trip;
