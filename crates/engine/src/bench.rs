use jiff::Timestamp;
use plimsoll_model::{
    EndReason, Event, Host, LaneDescription, PageCache, Pinning, Plan, Run, SCHEMA_VERSION, Slug, Unequal,
    Workload, WorkloadRecord,
};
use plimsoll_runtime::{Clock, Conditions, Owner, Runtime};

use crate::course::{Course, Lane, Stop};
use crate::ledger::Ledger;
use crate::load::Waiting;
use crate::page_cache::drop_page_cache;
use crate::pinning::PinnedObserver;
use crate::trial::Setting;
use crate::{Cancel, EngineError, Enough, EventSink, Recorder, pinning};

/// Everything a run needs.
pub struct Bench<'a> {
    /// What to run.
    pub plan: Plan,
    /// The workloads the plan names, and perhaps others.
    pub workloads: &'a [Workload],
    /// A runtime for each lane the plan names, and perhaps others.
    pub runtimes: &'a [Box<dyn Runtime>],
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

impl Bench<'_> {
    /// Carries the plan out on this thread, which is pinned apart from the instances where that can be done, and set free
    /// afterwards.
    /// Wants tokio's current-thread executor with time and I/O enabled, and blocks it during the timed phases.
    /// Failures of single trials and lanes are part of the run.
    ///
    /// # Errors
    /// When the plan can't be carried out at all, or a line of the journal could not be kept. Nothing that was
    /// made for the run is left behind.
    pub async fn run(self) -> Result<Run, EngineError> {
        self.plan.validate()?;
        let workloads = find_workloads(&self.plan.workloads, self.workloads)?;
        let lanes = find_lanes(&self.plan.lanes, self.runtimes)?;
        if self.plan.page_cache == PageCache::ColdDisk {
            drop_page_cache()?;
        }
        let pinning = pinning(&self.plan.limits);
        let _pinned = PinnedObserver::pin(&pinning);
        let origin_ns = self.clock.now_ns();
        let mut host = self.host;
        for lane in &lanes {
            for (name, version) in lane.versions().await {
                host.versions.entry(name).or_insert(version);
            }
        }
        let head = Run {
            schema_version: SCHEMA_VERSION,
            id: self.owner.run.clone(),
            started_at: self.started_at,
            cells: self.plan.cells(),
            unequal: unequal(&lanes, &pinning),
            lanes: lanes.iter().map(|lane| lane.description.clone()).collect(),
            workloads: workloads.iter().map(|workload| record_of(workload)).collect(),
            plan: self.plan,
            host,
            pinning,
            metrics: Vec::new(),
            series: Vec::new(),
            preparations: Vec::new(),
            loads: Vec::new(),
            trials: Vec::new(),
            end: None,
        };
        let conditions = Conditions {
            limits: head.plan.limits,
            instance_cpus: head.pinning.instance_cpus.clone(),
            owner: self.owner,
        };
        let setting = Setting {
            clock: self.clock,
            cancel: &self.cancel,
            limits: head.plan.limits,
            page_cache: head.plan.page_cache,
            connections: head.plan.load.connections,
            waiting: if head.pinning.generator_cpus.is_empty() {
                Waiting::Yielding
            } else {
                Waiting::Spinning
            },
        };
        let ledger = Ledger::open(head, self.recorder)?;
        let mut course = Course::new(setting, conditions, workloads, lanes, ledger, self.events, origin_ns);
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

fn find_workloads<'a>(names: &[Slug], known: &'a [Workload]) -> Result<Vec<&'a Workload>, EngineError> {
    let find = |name: &Slug| {
        let found = known.iter().find(|workload| workload.name() == name);
        found.ok_or_else(|| EngineError::UnknownWorkload { name: name.clone() })
    };
    names.iter().map(find).collect()
}

fn find_lanes<'a>(slugs: &[Slug], known: &'a [Box<dyn Runtime>]) -> Result<Vec<Lane<'a>>, EngineError> {
    let described: Vec<LaneDescription> = known.iter().map(|runtime| runtime.describe()).collect();
    let find = |slug: &Slug| {
        let mut pairs = known.iter().zip(&described);
        let found = pairs.find(|(_, description)| description.slug == *slug);
        let (runtime, description) = found.ok_or_else(|| EngineError::UnknownLane { slug: slug.clone() })?;
        Ok(Lane { runtime: runtime.as_ref(), description: description.clone() })
    };
    slugs.iter().map(find).collect()
}

fn record_of(workload: &Workload) -> WorkloadRecord {
    WorkloadRecord {
        name: workload.name().clone(),
        kind: workload.kind().into(),
        summary: workload.summary.clone(),
        digests: workload.digests.clone(),
    }
}

fn unequal(lanes: &[Lane<'_>], pinning: &Pinning) -> Vec<Unequal> {
    let mut all: Vec<Unequal> =
        pinning.shared.iter().map(|why| Unequal { lane: None, what: why.clone() }).collect();
    for Lane { description, .. } in lanes {
        let mut push = |what| all.push(Unequal { lane: Some(description.slug.clone()), what });
        description.unequal.iter().for_each(|what| push(what.clone()));
        description.unlimited.iter().for_each(|why| push(format!("Not held to the limits: {why}")));
    }
    all
}
