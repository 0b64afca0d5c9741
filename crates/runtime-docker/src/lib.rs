//! Workloads as Docker containers: family `docker`, with the lanes `docker` and `docker+hostnet`.
//!
//! The engine is reached through its API alone; no docker client is called. Everything made there carries the
//! label [`OWNER_LABEL`], so that a later run can tell what a dead one left behind.

mod above;
mod attendants;
mod bed;
mod cgroup;
mod container;
mod creation;
mod daemon;
mod departure;
mod describe;
mod docker;
mod ending;
mod endpoint;
mod engine;
mod error;
mod family;
mod findings;
mod hindrance;
mod host_size;
mod image;
mod images;
mod instance;
mod kernel_log;
mod kin;
mod label;
mod lane;
mod layers;
mod leftover;
mod limits;
mod named_by;
mod network;
mod output;
mod prepared;
mod probe;
mod prober;
mod settings_file;
mod sockets;
mod stats;
mod sweep;
mod target;

pub use endpoint::HostProblem;
pub use error::{DockerError, SettingsFault};
pub use family::DockerFamily;
pub use hindrance::Hindrance;
pub use label::OWNER_LABEL;
pub use named_by::NamedBy;
