//! Real Wasmtime, a real worker, real control groups: each of these fails where one of them is missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and so do its fixtures"
)]

mod alike;
#[path = "../../../registry/tests/it/answerer.rs"]
#[allow(dead_code, reason = "each crate's tests use some of it")]
mod answerer;
#[path = "../../../registry/tests/it/artifact.rs"]
#[allow(dead_code, reason = "each crate's tests use some of it")]
mod artifact;
mod components;
mod faults;
mod given;
mod guests;
mod lanes;
mod modules;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod oversized;
mod preview1;
mod pulled;
mod reuse;
mod services;
mod tuned;
mod versions;
mod worker;
mod workloads;
mod written;
