//! The load generator: requests at fixed times, or as fast as they are answered.

mod connection;
mod disturbance;
mod drive;
mod latencies;
mod mix;
mod pace;

pub use disturbance::Disturbance;
#[cfg(test)]
pub(crate) use drive::Fault;
pub use drive::{Load, LoadError, Served, Waiting};
pub use latencies::Latencies;
pub(crate) use latencies::encode;
pub use pace::Pace;
