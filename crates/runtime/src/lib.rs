//! The contract between the engine and everything that can run a workload.
//!
//! `Family` → `Runtime` → `Prepared` → `Bed` → `Instance`, each made only by the one before it: what is not prepared
//! can't be staged, and what is not staged can't be started. The engine reads the clock on both sides of
//! [`Bed::start`]; a runtime only tells where one phase ended and the next began.
//!
//! The engine drives all of it from one thread, the observer. A runtime may therefore tie the life of its
//! processes to the thread that called it.

mod ahead;
mod asks;
mod bed;
mod clock;
mod conditions;
#[cfg(feature = "conformance")]
pub mod conformance;
mod discard;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod family;
mod figure;
mod folders;
mod footprint;
mod instance;
mod killed;
mod lane_offer;
mod living;
mod loopback;
mod ongoing;
mod owner;
mod parameters;
mod peak;
mod prepared;
pub mod proc;
mod runtime;
mod static_binary;
mod static_program;
mod sweep_copies;
mod unfit;
pub mod wire;

pub use ahead::Ahead;
pub use asks::{Asks, FirstNames};
pub use bed::Bed;
pub use clock::{Clock, MonotonicClock};
pub use conditions::Conditions;
pub use discard::discard_request;
pub use error::RuntimeError;
pub use family::{Family, Swept, UnseenPart, by_its_name};
pub use figure::{
    BINARY_SIZE, COMPILED_SIZE, Figure, GROUP_TIME, HOST_SIZE, PREPARE_TIME, PREPARED, START_PARTS,
    UNPACKED_SIZE, WIRE_SIZE, group_time,
};
pub use folders::{FolderError, GivenFolder, GivenFolders, OwnerFolder, Unwritten, read_written};
pub use footprint::{CgroupPaths, Footprint, Process, Role};
pub use futures_util::future::BoxFuture;
pub use instance::{Exit, Instance, Mark, Stopped};
pub use killed::{Killed, NotEnough};
pub use lane_offer::{LaneOffer, Standing};
pub use living::Living;
pub use loopback::{free_address, is_taken};
pub use ongoing::{Ongoing, Telling};
pub use owner::{Ground, Life, Owner, Unseen};
pub use parameters::{LaneError, parameters_of, schema_of};
pub use peak::Peak;
pub use prepared::Prepared;
pub use runtime::Runtime;
pub use static_binary::check_static;
pub use static_program::{LEAST_EXIT, least_program, static_program};
pub use sweep_copies::sweep_copies;
pub use unfit::{Unfit, artifact_file, artifact_of};
