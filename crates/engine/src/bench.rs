use std::sync::Arc;

use jiff::Timestamp;
use plimsoll_model::{
    Artifact, ArtifactRecord, EndReason, Event, Host, LaneRecord, LaneSpec, LeftOut, NoFit, PageCache,
    Pinning, Plan, Reached, Row, Run, Settings, Site, Slug, Unequal, Workload, WorkloadRecord,
};
use plimsoll_runtime::{Clock, Conditions, Owner, Runtime};

use crate::course::{Course, Entrant, Lane, Participants, Stop};
use crate::ledger::Ledger;
use crate::load::Waiting;
use crate::page_cache::drop_page_cache;
use crate::trial::Setting;
use crate::{Cancel, EngineError, Enough, EventSink, Recorder, pinning};

/// Everything a run needs.
pub struct Bench<'a> {
    /// What to run.
    pub plan: Plan,
    /// The workloads the plan names in each of its variants, and perhaps others.
    pub workloads: &'a [Version],
    /// Lanes that were wished for and can't take part.
    pub left_out: Vec<LeftOut>,
    /// A runtime for each lane the plan names, and perhaps others.
    pub runtimes: &'a [Arc<dyn Runtime>],
    /// Who will have to clean up; carries the run's identity.
    pub owner: Owner,
    /// The machine, as [`crate::fingerprint`] tells it. The lanes' versions are added.
    pub host: Host,
    /// When the run began.
    pub started_at: Timestamp,
    /// The observer's clock.
    pub clock: &'a dyn Clock,
    /// Keeps the run while it grows.
    pub recorder: &'a mut dyn Recorder,
    /// Takes progress.
    pub events: &'a dyn EventSink,
    /// The user's wish to stop.
    pub cancel: Cancel,
    /// When a cell has been repeated often enough, for plans that ask for a precision.
    pub enough: &'a dyn Enough,
}

/// A workload in one of a plan's variants.
#[derive(Clone, Debug)]
pub struct Version {
    /// The variant.
    pub variant: Slug,
    /// The workload as it is in that variant.
    pub workload: Workload,
}

impl Bench<'_> {
    /// Carries the plan out on this thread, which is pinned apart from the instances from the first trial on where that can
    /// be done, and set free afterwards.
    /// Wants tokio's current-thread executor with time and I/O enabled, and blocks it during the timed phases.
    /// Failures of single trials and lanes are part of the run.
    ///
    /// # Errors
    /// When the plan can't be carried out at all, or a line of the journal could not be kept. Nothing that was
    /// made for the run is left behind.
    pub async fn run(self) -> Result<Run, EngineError> {
        self.plan.validate()?;
        let points = self.plan.points();
        let settings: Vec<Settings> =
            points.iter().map(|point| self.plan.settings.at(point)).collect::<Result<_, _>>()?;
        let lanes = find_lanes(&self.plan.lanes, self.runtimes)?;
        let rows = self.plan.rows();
        let entrants = entrants(&rows, self.workloads, &self.plan.lanes)?;
        if settings.iter().any(|settings| settings.page_cache == PageCache::ColdDisk) {
            drop_page_cache()?;
        }
        let pinning = pinning(&self.plan.settings.limits);
        let origin_ns = self.clock.now_ns();
        let mut host = self.host;
        for lane in &lanes {
            for (name, version) in lane.versions().await {
                host.versions.entry(name).or_insert(version);
            }
        }
        let site = Site { host, pinning, reached: Reached::Here };
        let head = Run {
            unequal: unequal(&lanes, &site.pinning, &self.plan, &entrants),
            lanes: lanes.iter().map(|lane| lane.record.clone()).collect(),
            left_out: self.left_out,
            workloads: records_of(&rows, &entrants),
            ..Run::planned(self.owner.run.clone(), self.started_at, self.plan, site)
        };
        let conditions = Conditions {
            limits: head.plan.settings.limits,
            instance_cpus: head.site.pinning.instance_cpus.clone(),
            owner: self.owner,
        };
        let shared_core = head.site.pinning.generator_cpus.is_empty();
        let setting = Setting {
            clock: self.clock,
            cancel: &self.cancel,
            limits: head.plan.settings.limits,
            page_cache: head.plan.settings.page_cache,
            connections: head.plan.settings.load.connections,
            waiting: if shared_core { Waiting::Yielding } else { Waiting::Spinning },
        };
        let ledger = Ledger::open(head, self.recorder)?;
        let field = Participants { entrants, lanes, settings };
        let mut course = Course::new(setting, conditions, field, ledger, self.events, origin_ns);
        course.tell_start();
        let reason = match course.carry_out(self.enough).await {
            Ok(()) => Ok(EndReason::Completed),
            Err(Stop::Cancelled) => Ok(EndReason::Interrupted),
            Err(Stop::Record(error)) => Err(error),
        };
        course.discard_all().await;
        match reason {
            Ok(reason) => Ok(course.end(reason)?),
            Err(error) => {
                self.events.send(Event::RunEnded { reason: EndReason::Aborted });
                Err(error.into())
            }
        }
    }
}

/// What stands for each row.
fn entrants<'a>(
    rows: &[Row],
    known: &'a [Version],
    lanes: &[LaneSpec],
) -> Result<Vec<Entrant<'a>>, EngineError> {
    let find = |row: &Row| {
        let is_own =
            |it: &&Version| it.variant == row.case.variant && *it.workload.name() == row.case.workload;
        let unknown = || EngineError::UnknownWorkload { name: row.case.workload.clone() };
        let version = known.iter().find(is_own).ok_or_else(unknown)?;
        let lane = lanes.iter().position(|lane| lane.slug == row.lane).unwrap_or_default();
        Ok(Entrant { workload: &version.workload, lane })
    };
    rows.iter().map(find).collect()
}

fn find_lanes<'a>(wanted: &[LaneSpec], known: &'a [Arc<dyn Runtime>]) -> Result<Vec<Lane<'a>>, EngineError> {
    let records: Vec<LaneRecord> = known.iter().map(|runtime| runtime.record()).collect();
    let find = |spec: &LaneSpec| {
        let found = known.iter().zip(&records).find(|(_, record)| record.spec == *spec);
        let unknown = || EngineError::UnknownLane { slug: spec.slug.clone() };
        let (runtime, record) = found.ok_or_else(unknown)?;
        Ok(Lane { runtime: runtime.as_ref(), record: record.clone() })
    };
    wanted.iter().map(find).collect()
}

/// Each version of each workload once, in the rows' order.
fn records_of(rows: &[Row], entrants: &[Entrant<'_>]) -> Vec<WorkloadRecord> {
    let mut records: Vec<WorkloadRecord> = Vec::new();
    for (row, entrant) in rows.iter().zip(entrants) {
        if !records.iter().any(|record| record.is_of(&row.case)) {
            records.push(record_of(row, entrant.workload));
        }
    }
    records
}

fn record_of(row: &Row, workload: &Workload) -> WorkloadRecord {
    let artifact = |one: &Artifact| ArtifactRecord { form: one.form, name: one.name.clone() };
    WorkloadRecord {
        name: row.case.workload.clone(),
        variant: row.case.variant.clone(),
        job: workload.kind(),
        summary: workload.summary.clone(),
        artifacts: workload.artifacts.iter().map(artifact).collect(),
        digests: workload.digests.clone(),
    }
}

fn unequal(lanes: &[Lane<'_>], pinning: &Pinning, plan: &Plan, entrants: &[Entrant<'_>]) -> Vec<Unequal> {
    let mut all: Vec<Unequal> =
        pinning.shared.iter().map(|why| Unequal { lane: None, what: why.clone() }).collect();
    let told =
        |workload: &Workload| workload.remarks.iter().cloned().chain(workload.recorded()).collect::<Vec<_>>();
    for what in entrants.iter().flat_map(|entrant| told(entrant.workload)) {
        let what = Unequal { lane: None, what };
        if !all.contains(&what) {
            all.push(what);
        }
    }
    for NoFit { lane, workload, why } in &plan.gaps {
        all.push(Unequal {
            lane: Some(lane.clone()),
            what: format!("`{workload}` is not measured here: {why}"),
        });
    }
    for Lane { record, .. } in lanes {
        let mut push = |what| all.push(Unequal { lane: Some(record.slug().clone()), what });
        record.unequal.iter().for_each(|what| push(what.clone()));
        record.unlimited.iter().for_each(|why| push(format!("Not held to the limits: {why}")));
    }
    all
}
