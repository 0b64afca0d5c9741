//! Artifacts in registries and layouts, good ones and bad ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what the tests stand on fails as they do"
)]

mod answerer;
mod artifact;
mod bad;
mod good;
mod images;
mod local;
