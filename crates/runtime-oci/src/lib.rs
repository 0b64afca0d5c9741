//! Workloads as containers of an OCI runtime alone: family `oci`, which tells what of a container's start is the runtime's and
//! what is the engine's.
//!
//! The workload's static native binary lies in a root of its own, a bundle says how it runs, and `runc run` runs it: no
//! daemon, no layers, no network namespace. The bundle and the process that becomes the runtime are made before the clock
//! starts; cold start begins with exec of the runtime. The runtime's control group for the container lies in one of ours, so
//! that what it held is known when it is gone.

mod bed;
mod bundle;
mod calling;
mod container;
mod describe;
mod error;
mod family;
mod find;
mod groups;
mod home;
mod instance;
mod lane;
mod least;
mod oci;
mod prepared;
mod recipe;
mod staged;
mod static_binary;

pub use error::OciError;
pub use family::OciFamily;
