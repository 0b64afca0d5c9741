//! What the benches share: two sides measured in turn, services to load, and hosts as Wasmtime's examples write them.

pub mod plain;
mod service;
mod sides;

pub use service::{Native, ServiceError, closed_rate, pin, product};
pub use sides::{SEED, Sides};
