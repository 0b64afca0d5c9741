//! Schedules trials, drives load, probes instances and reports events.
//!
//! A [`Bench`] carries out a plan on the thread that calls it, the observer: it prepares every lane, throws one
//! start of each cell away, finds the common rate, and then runs the shuffled rounds, handing every finished
//! piece to a [`Recorder`]. No concrete runtime is named here.

mod answered;
mod bench;
mod cancel;
mod course;
mod difference;
mod error;
mod exchange;
mod form;
mod forms;
#[doc(hidden)]
pub mod fuzz;
mod halt;
mod heard;
mod host;
mod http;
mod json;
mod ledger;
mod load;
mod outlets;
mod output;
mod page_cache;
mod pinning;
mod pixels;
mod preparing;
mod probe;
mod proc_files;
mod progress;
mod rate;
mod ready;
mod rehearsal;
mod schedule;
mod shot;
mod trial;

pub use bench::{Bench, Version};
pub use cancel::Cancel;
pub use error::{EngineError, RecordError};
pub use heard::{Heard, Missed};
pub use host::fingerprint;
pub use load::{Disturbance, Latencies, Load, LoadError, Pace, Served, Waiting};
pub use outlets::{Enough, EventSink, Recorder};
pub use pinning::pinning;
pub use plimsoll_runtime::{
    Asks, Clock, Conditions, Family, FirstNames, LaneError, LaneOffer, MonotonicClock, Owner, Runtime,
    RuntimeError, Standing, Swept,
};
pub use probe::metrics;
pub use rehearsal::{Hearing, Rehearsal, RehearsalError, Rehearsed};
