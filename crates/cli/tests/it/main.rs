//! The command as a user meets it: real Docker, real Wasmtime, real processes. What is missing makes a test fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod capsule;
mod desk;
mod docker;
mod engines;
mod ground;
mod handing_on;
mod help;
mod interruption;
mod leftovers;
mod links;
mod measuring;
mod older;
mod own;
mod paths;
mod storage;
mod usage;
