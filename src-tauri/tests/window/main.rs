//! The window as a person meets it: a real WebKit on a display of its own, real Docker, real Wasmtime.

#![allow(dead_code, reason = "the example `window_cost` shares the stage")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and so do its fixtures"
)]

mod adding;
mod bench;
mod compare;
mod display;
mod drag;
mod dropped;
mod files;
mod first_start;
mod keyboard;
mod own;
mod page;
mod stage;
