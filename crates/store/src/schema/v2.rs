//! Format 2.

use jiff::Timestamp;
use plimsoll_model::{End, LaneSpec, RunId, Slug};
use serde::Deserialize;

use super::outline::{Outline, Outliner, TrialOutline};

pub(super) const OUTLINER: Outliner = Outliner::of::<Shape>();

/// Where the fields of an outline stand.
#[derive(Deserialize)]
struct Shape {
    schema_version: u32,
    id: RunId,
    started_at: Timestamp,
    plan: PlanShape,
    site: SiteShape,
    trials: Vec<TrialOutline>,
    end: Option<End>,
}

#[derive(Deserialize)]
struct PlanShape {
    workloads: Vec<Slug>,
    lanes: Vec<LaneSpec>,
}

#[derive(Deserialize)]
struct SiteShape {
    host: HostShape,
}

#[derive(Deserialize)]
struct HostShape {
    arch: String,
    cpu_model: Option<String>,
}

impl From<Shape> for Outline {
    fn from(run: Shape) -> Self {
        let mut outline = Self {
            schema_version: run.schema_version,
            id: run.id,
            started_at: run.started_at,
            arch: run.site.host.arch,
            cpu_model: run.site.host.cpu_model,
            workloads: run.plan.workloads,
            lanes: run.plan.lanes.into_iter().map(|lane| lane.slug).collect(),
            trials: 0,
            troubled: 0,
            end: run.end.map(|end| end.reason),
        };
        outline.count(&run.trials);
        outline
    }
}
