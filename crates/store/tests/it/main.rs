//! Runs kept and read back, and what bad files and bad disks get.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where its premises do"
)]

mod bad_files;
mod disks;
mod fixture;
mod following;
mod from_elsewhere;
mod keeping;
mod labels;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod run_schema;
mod workloads;
