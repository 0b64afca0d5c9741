//! The use cases: the one door for every front end.
//!
//! Each use case is a module with one request type, whose `run` does it. What a front end shows comes back as
//! data that serialises; what went wrong comes back as an [`Error`] with a code, a message, its causes and a
//! way out. Lanes are opened and asked once in a process's life, by the [`Registry`] that a front end makes and hands
//! to the use cases.
//!
//! [`Bench::run`] has to be driven from a current-thread executor on the thread that called it: that thread is
//! the observer. It is pinned off the instances' cores, and the ready loop and the load generator block it on
//! purpose. Only a [`Cancel`] from another thread reaches it meanwhile.

mod bench;
mod capsule;
mod clean;
mod compare;
pub mod desk;
mod doctor;
mod error;
#[doc(hidden)]
pub mod fuzz;
mod gate;
mod hand_on;
mod here;
mod images;
mod lanes;
mod list;
mod noise;
mod notice;
mod open;
pub mod outfile;
mod own;
mod pack;
mod places;
pub mod quantity;
mod recognise;
mod remove;
mod replay;
mod schema;
mod show;
mod shown;
pub mod stream;
mod unpacked;
mod workloads;

pub use bench::{Bench, Finished, Ground, Overrides};
pub use clean::{Clean, Cleaned, Skipped};
pub use compare::{Compare, Compared};
pub use doctor::{Check, Concern, Diagnosis, Doctor, Status};
pub use error::{Code, Error};
pub use gate::{Criteria, Gate, Judged};
pub use hand_on::{HandOn, HandedOn, Target, probe};
pub use images::Images;
pub use lanes::{ExplainedLane, LanePattern, LaneSet, LaneWish, LaneWishError, Lanes, ListedLane, Registry};
pub use list::{Kept, List};
pub use noise::{KeptNoise, Noise, NoiseOf};
pub use open::{Open, OpenedCapsule};
pub use own::{Init, LaidOut, Own, Question, QuestionFault, Right};
pub use pack::{Pack, PackedCapsule};
pub use places::Places;
pub use plimsoll_budget::{Decision, Ruling, ToMeasure};
pub use plimsoll_engine::{Cancel, EventSink};
pub use plimsoll_export::{ExportError, Exporter, Gives, Style, exporter, exporters};
pub use plimsoll_format as format;
pub use plimsoll_report::Report;
pub use plimsoll_report::versus::Versus;
pub use plimsoll_store::{Listing, State};
pub use remove::{Remove, Removed};
pub use replay::{Replay, Replayable};
pub use schema::Schema;
pub use show::Show;
pub use shown::{Opposing, Shown};
pub use workloads::{
    Became, CheckWorkload, CheckedWorkload, Described, Migrate, Migrated, Started, WorkloadEntry, Workloads,
};
