//! Workloads as plain processes: family and lane `native`, the control that cancels the host's speed.
//!
//! It runs the very binary that the container lanes put into their image, under the same limits: a control group
//! of its own, the same CPUs, no container. It stands in that group before its cold start begins, which is then what plain
//! fork and exec of the binary are.

mod bed;
mod binary;
mod by_hand;
mod calling;
mod error;
mod family;
mod instance;
mod lane;
mod native;
mod prepared;
mod program;
mod recipe;

pub use error::NativeError;
pub use family::NativeFamily;
pub use program::ProgramFamily;
