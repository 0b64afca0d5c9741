//! The nouns of Plimsoll: what a run is made of, as data.
//!
//! Every other crate imports this one and it imports none of them. There is no I/O here, nothing async and
//! no clock: values are made elsewhere and described here, so that the run file, the terminal and the
//! window all use the same words. Stored values are `u64` in the base unit: nanoseconds or bytes.

mod event;
mod failure;
mod histogram;
mod host;
mod lane;
mod manifest;
mod metric;
mod phase;
mod plan;
mod record;
mod run;
mod sample;
mod sense;
mod slug;
mod trial;
mod workload;

pub use event::{Event, Progress};
pub use failure::{Failure, FailureKind};
pub use histogram::StoredHistogram;
pub use host::{Held, Host, Pinning};
pub use lane::{Availability, LaneDescription};
pub use manifest::{
    Artifacts, Command, CommandExpect, Compare, Expect, Grants, Kind, MANIFEST_VERSION, Manifest,
    ManifestError, Place, Request,
};
pub use metric::{Direction, Metric, Unit};
pub use phase::Phase;
pub use plan::{Arm, Cell, Limits, LoadPlan, PageCache, Plan, PlanError, Precision, Preset, Rate, Trials};
pub use record::Record;
pub use run::{
    Capacity, End, EndReason, LoadRecord, Preparation, Run, RunId, SCHEMA_VERSION, Unequal, WorkloadRecord,
};
pub use sample::{Entry, Reading, Sample, Series};
pub use sense::check_sense;
pub use slug::{Slug, SlugError};
pub use trial::{Outcome, Span, Trial, TrialKind};
pub use workload::{ExpectedOutput, PreparedRequest, Workload};
