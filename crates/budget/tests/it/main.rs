//! Budgets read, and held against runs made by hand.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod judging;
mod known;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod reading;
