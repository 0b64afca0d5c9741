//! Format 1.

mod form;
mod metrics;
mod step;

use std::collections::BTreeMap;

use jiff::Timestamp;
use plimsoll_model::{End, RunId, Slug};
use serde::Deserialize;

pub(super) use self::step::step;
use super::outline::{Outline, Outliner, TrialOutline};

pub(super) const OUTLINER: Outliner = Outliner::of::<Shape>();

/// Where the fields of an outline stand.
#[derive(Deserialize)]
struct Shape {
    schema_version: u32,
    id: RunId,
    started_at: Timestamp,
    plan: PlanShape,
    host: HostShape,
    trials: Vec<TrialOutline>,
    end: Option<End>,
}

#[derive(Deserialize)]
struct PlanShape {
    workloads: Vec<Slug>,
    lanes: Vec<Slug>,
    /// The versions of them before a change, which stood among the workloads under names of their own.
    #[serde(default)]
    bases: BTreeMap<Slug, Slug>,
}

#[derive(Deserialize)]
struct HostShape {
    arch: String,
    cpu_model: Option<String>,
}

impl From<Shape> for Outline {
    fn from(run: Shape) -> Self {
        let PlanShape { mut workloads, lanes, bases } = run.plan;
        workloads.retain(|workload| !bases.values().any(|base| base == workload));
        let mut outline = Self {
            schema_version: run.schema_version,
            id: run.id,
            started_at: run.started_at,
            arch: run.host.arch,
            cpu_model: run.host.cpu_model,
            workloads,
            lanes,
            trials: 0,
            troubled: 0,
            end: run.end.map(|end| end.reason),
        };
        outline.count(&run.trials);
        outline
    }
}
