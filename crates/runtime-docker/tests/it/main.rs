//! The lanes on the real engine at `DOCKER_HOST`. Without one these tests fail.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what the tests stand on fails as they do"
)]

mod engines;
mod faults;
mod foreign;
mod forwarder;
mod given;
mod ground;
mod images;
mod lives;
mod made;
mod pulls;
mod registry;
mod second;
mod sweeps;
