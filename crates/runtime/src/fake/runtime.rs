use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_model::{
    Availability, FailureKind, Form, Held, LaneRecord, LaneSpec, Limits, Phase, Reading, Side, Slug, Words,
    Workload,
};

use super::Behaviour;
use super::instance::FakeInstance;
use super::tally::{Tally, Told};
use crate::{
    Ahead, Bed, BoxFuture, Clock, Conditions, Figure, Footprint, Instance, Living, Prepared, Process,
    Runtime, RuntimeError, Unfit, WIRE_SIZE, artifact_of,
};

/// What fake lanes are lanes of where no family opened them.
const FAMILY: Slug = Slug::known("fake");

/// A lane whose behaviour is written down beforehand.
pub struct FakeRuntime {
    spec: LaneSpec,
    /// Whether it can be used.
    here: bool,
    clock: Arc<dyn Clock>,
    script: Arc<[(u32, Behaviour)]>,
    footprint: Footprint,
    tally: Arc<Tally>,
}

impl FakeRuntime {
    /// A lane that always behaves like this.
    #[must_use]
    pub fn new(slug: Slug, clock: Arc<dyn Clock>, behaviour: Behaviour) -> Self {
        Self::of(LaneSpec::plain(slug, FAMILY), clock, behaviour, Arc::default())
    }

    /// A lane that counts with others.
    pub(super) fn of(spec: LaneSpec, clock: Arc<dyn Clock>, behaviour: Behaviour, tally: Arc<Tally>) -> Self {
        let footprint = Footprint { unseen: Some("a fake instance has no process"), ..Footprint::default() };
        Self { spec, here: true, clock, script: Arc::new([(0, behaviour)]), footprint, tally }
    }

    /// Can be used on this host, or not.
    #[must_use]
    pub fn here(self, here: bool) -> Self {
        Self { here, ..self }
    }

    /// Behaves otherwise from this start on, counted from 0. Later starts must be told later.
    #[must_use]
    pub fn from_start(mut self, start: u32, behaviour: Behaviour) -> Self {
        self.script = self.script.iter().cloned().chain([(start, behaviour)]).collect();
        self
    }

    /// Shows this footprint instead of none.
    #[must_use]
    pub fn with_footprint(mut self, footprint: Footprint) -> Self {
        self.footprint = footprint;
        self
    }

    /// What it has been asked for, and what it still holds.
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }
}

impl Runtime for FakeRuntime {
    fn spec(&self) -> LaneSpec {
        self.spec.clone()
    }

    fn record(&self) -> LaneRecord {
        LaneRecord {
            spec: self.spec(),
            side: Side::Control,
            shade: None,
            own_process: false,
            words: Words {
                starts: format!("a new instance in lane `{}`", self.spec.slug),
                is: format!("lane `{}`", self.spec.slug),
            },
            reach: None,
            summary: "A scripted instance that answers on loopback.".to_owned(),
            unequal: vec!["It has no process of its own.".to_owned()],
            outside_limits: vec!["The thread that answers.".to_owned()],
            unlimited: Some("A fake instance can't be limited.".to_owned()),
        }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            self.tally.asked.fetch_add(1, Ordering::Relaxed);
            if self.here {
                return Availability::Available { detail: "scripted".to_owned() };
            }
            let (problem, remedy) = ("it is scripted to be missing".to_owned(), "write another".to_owned());
            Availability::Unavailable { problem, remedy }
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { BTreeMap::from([("fake".to_owned(), "1".to_owned())]) })
    }

    fn by_hand(&self, _limits: &Limits) -> Vec<String> {
        vec!["# nothing: it is made up".to_owned()]
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        let containers = self.tally.instances.load(Ordering::Relaxed);
        let images = self.tally.prepared.load(Ordering::Relaxed);
        Box::pin(async move { Some(Held { containers, images }) })
    }

    /// Anything that this machine could run.
    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w plimsoll_model::Artifact, Unfit> {
        artifact_of(workload, Form::Binary).or_else(|_| artifact_of(workload, Form::Component))
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        _: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async move {
            self.accepts(workload)?;
            if self.script.first().is_some_and(|(_, told)| *told == Behaviour::FailsToPrepare) {
                return Err(RuntimeError::backend(FailureKind::BadArtifact, Told { step: "prepare" }));
            }
            self.tally.prepared.fetch_add(1, Ordering::Relaxed);
            let prepared: Box<dyn Prepared> = Box::new(FakePrepared {
                workload: Arc::new(workload.clone()),
                clock: Arc::clone(&self.clock),
                script: Arc::clone(&self.script),
                footprint: self.footprint.clone(),
                tally: Arc::clone(&self.tally),
            });
            Ok(prepared)
        })
    }
}

struct FakePrepared {
    workload: Arc<Workload>,
    clock: Arc<dyn Clock>,
    script: Arc<[(u32, Behaviour)]>,
    footprint: Footprint,
    tally: Arc<Tally>,
}

impl Prepared for FakePrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("script".to_owned(), format!("{:064x}", self.script.len()))])
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        let figures = vec![Figure {
            metric: WIRE_SIZE,
            phase: Phase::Prepare,
            subject: None,
            method: "script",
            reading: Reading::Value(1_000),
        }];
        Box::pin(async {
            tokio::task::yield_now().await;
            self.tally.measured.fetch_add(1, Ordering::Relaxed);
            figures
        })
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>> {
        Box::pin(async {
            let staged = Ahead::of(made(&self.script, &self.tally)?);
            let bed = FakeBed {
                workload: Arc::clone(&self.workload),
                clock: Arc::clone(&self.clock),
                script: Arc::clone(&self.script),
                footprint: self.footprint.clone(),
                tally: Arc::clone(&self.tally),
                staged,
                living: Living::new(),
                outlived: false,
            };
            self.tally.beds.fetch_add(1, Ordering::Relaxed);
            let bed: Box<dyn Bed> = Box::new(bed);
            Ok(bed)
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            self.tally.prepared.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    }
}

struct FakeBed {
    workload: Arc<Workload>,
    clock: Arc<dyn Clock>,
    script: Arc<[(u32, Behaviour)]>,
    footprint: Footprint,
    tally: Arc<Tally>,
    /// How the next start behaves.
    staged: Ahead<Behaviour>,
    living: Living<FakeInstance>,
    outlived: bool,
}

/// How the next start behaves.
fn made(script: &[(u32, Behaviour)], tally: &Tally) -> Result<Behaviour, RuntimeError> {
    let start = tally.starts.fetch_add(1, Ordering::Relaxed);
    let told = script.iter().rev().find(|(from, _)| *from <= start);
    match told.map_or(Behaviour::RIGHT, |(_, behaviour)| behaviour.clone()) {
        Behaviour::FailsToStage => {
            Err(RuntimeError::backend(FailureKind::RuntimeLost, Told { step: "stage" }))
        }
        behaviour => Ok(behaviour),
    }
}

impl Bed for FakeBed {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let (script, tally) = (&self.script, &self.tally);
            let behaviour = self.staged.take(async { made(script, tally) }).await?;
            match behaviour {
                Behaviour::FailsToStart => {
                    return Err(RuntimeError::backend(FailureKind::RuntimeLost, Told { step: "start" }));
                }
                Behaviour::HangsInStart => std::future::pending().await,
                Behaviour::OutlivesItsBed => self.outlived = true,
                _ => {}
            }
            let (clock, tally) = (Arc::clone(&self.clock), Arc::clone(&self.tally));
            let started =
                FakeInstance::start(&self.workload, clock, behaviour, self.footprint.clone(), tally)
                    .map_err(|source| RuntimeError::backend(FailureKind::Other, source))?;
            Ok(self.living.take_in(started))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        self.tally.beds.fetch_sub(1, Ordering::Relaxed);
        Box::pin(async move { if self.outlived { Ok(()) } else { self.living.end().await } })
    }
}
