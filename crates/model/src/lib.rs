//! The nouns of Plimsoll: what a run is made of, as data.
//!
//! Every other crate imports this one and it imports none of them. There is no I/O here, nothing async and
//! no clock: values are made elsewhere and described here, so that the run file, the terminal and the
//! window all use the same words. Stored values are `u64` in the base unit: nanoseconds or bytes.

mod bounds;
mod container;
mod event;
mod failure;
mod histogram;
mod host;
mod host_and_port;
mod lane;
mod lanes_file;
mod line;
mod listen;
mod manifest;
mod metric;
mod phase;
mod plan;
mod record;
mod registry_name;
mod row;
mod run;
mod sample;
mod sense;
mod settings;
mod slug;
mod trial;
mod variant;
mod workload;
pub mod written;

pub use bounds::PlanError;
pub use container::Container;
pub use event::{Doing, Event, Progress};
pub use failure::{Failure, FailureKind};
pub use histogram::StoredHistogram;
pub use host::{Held, Host, Pinning, Reached, Site};
pub use host_and_port::{HostAndPort, NoHostAndPort};
pub use lane::{Availability, LaneRecord, LaneSpec, LeftOut, Parameter, Side, Words};
pub use lanes_file::{LANES_VERSION, LanesError, LanesFile, WrittenLane};
pub use line::{line_at, line_place};
pub use listen::{Listen, Told};
pub use manifest::{
    Artifacts, Command, CommandExpect, Compare, Expect, FileExpect, FolderGrant, Grants, Kind,
    MANIFEST_VERSION, Manifest, ManifestError, Objection, Request,
};
pub use metric::{Charted, ComparedBy, Direction, Metric, Tabled, Unit};
pub use phase::Phase;
pub use plan::{Arm, Axis, NoFit, Plan, Precision, Preset, Trials};
pub use record::Record;
pub use registry_name::{REGISTRY_SCHEME, in_registry, is_in_registry};
pub use row::{Case, Cell, Row};
pub use run::{
    ArtifactRecord, Capacity, End, EndReason, LoadRecord, Preparation, Run, RunId, SCHEMA_VERSION, Unequal,
    WorkloadRecord,
};
pub use sample::{Entry, Reading, Sample, Series};
pub use sense::check_sense;
pub use settings::{Limits, LoadPlan, PageCache, Point, Rate, Settings};
pub use slug::{Slug, SlugError};
pub use trial::{Aim, Outcome, Purpose, Span, Task, Trial};
pub use variant::Variant;
pub use workload::{
    Answer, Artifact, BodySchema, BodySchemaError, Exchange, ExpectedFile, ExpectedOutput, Form, Invocation,
    Job, JobKind, Misfit, Origin, Service, Source, Workload,
};
pub use written::{Fault, Faults, Place};
