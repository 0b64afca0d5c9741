//! The lanes on the real engine at `DOCKER_HOST`. Without one these tests fail.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what the tests stand on fails as they do"
)]

#[path = "../../../registry/tests/it/artifact.rs"]
#[allow(dead_code, reason = "each crate's tests use some of it")]
mod artifact;
mod engines;
mod execs;
mod faults;
mod foreign;
mod forwarder;
mod given;
mod ground;
mod images;
mod layouts;
mod lives;
mod made;
mod podmans;
mod pulls;
mod registry;
mod second;
mod ssh;
mod sweeps;
mod timeline;
mod tls;
