use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use plimsoll_model::{
    Availability, FailureKind, Form, Held, LaneDescription, Phase, Reading, Slug, Workload,
};

use super::Behaviour;
use super::instance::FakeInstance;
use crate::{
    Artifact, BoxFuture, Clock, Conditions, Figure, Footprint, Instance, Process, Runtime, RuntimeError,
    Staged, Swept, Unfit, WIRE_SIZE, artifact_of,
};

/// A lane whose behaviour is written down beforehand.
pub struct FakeRuntime {
    slug: Slug,
    clock: Arc<dyn Clock>,
    script: Arc<[(u32, Behaviour)]>,
    footprint: Footprint,
    tally: Arc<Tally>,
}

/// What a fake lane has been asked for, and what it still holds.
#[derive(Debug, Default)]
pub struct Tally {
    /// Starts asked for.
    pub starts: AtomicU32,
    /// Artifacts prepared and not discarded.
    pub artifacts: AtomicU32,
    /// Instances started and not stopped.
    pub instances: AtomicU32,
}

/// Why a fake step failed.
#[derive(Debug, thiserror::Error)]
#[error("the fake lane was told to fail in `{step}`")]
pub(super) struct Told {
    pub(super) step: &'static str,
}

impl FakeRuntime {
    /// A lane that always behaves like this.
    #[must_use]
    pub fn new(slug: Slug, clock: Arc<dyn Clock>, behaviour: Behaviour) -> Self {
        let footprint = Footprint { unseen: Some("a fake instance has no process"), ..Footprint::default() };
        Self { slug, clock, script: Arc::new([(0, behaviour)]), footprint, tally: Arc::default() }
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
    fn describe(&self) -> LaneDescription {
        LaneDescription {
            slug: self.slug.clone(),
            summary: "A scripted instance that answers on loopback.".to_owned(),
            unequal: vec!["It has no process of its own.".to_owned()],
            outside_limits: vec!["The thread that answers.".to_owned()],
            unlimited: Some("A fake instance can't be limited.".to_owned()),
        }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async { Availability::Available { detail: "scripted".to_owned() } })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { BTreeMap::from([("fake".to_owned(), "1".to_owned())]) })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        let containers = self.tally.instances.load(Ordering::Relaxed);
        let images = self.tally.artifacts.load(Ordering::Relaxed);
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
    ) -> BoxFuture<'a, Result<Box<dyn Artifact>, RuntimeError>> {
        Box::pin(async move {
            self.accepts(workload)?;
            if self.script.first().is_some_and(|(_, told)| *told == Behaviour::FailsToPrepare) {
                return Err(RuntimeError::backend(FailureKind::BadArtifact, Told { step: "prepare" }));
            }
            self.tally.artifacts.fetch_add(1, Ordering::Relaxed);
            let artifact: Box<dyn Artifact> = Box::new(FakeArtifact {
                workload: Arc::new(workload.clone()),
                clock: Arc::clone(&self.clock),
                script: Arc::clone(&self.script),
                footprint: self.footprint.clone(),
                tally: Arc::clone(&self.tally),
            });
            Ok(artifact)
        })
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async { Ok(Swept::default()) })
    }
}

struct FakeArtifact {
    workload: Arc<Workload>,
    clock: Arc<dyn Clock>,
    script: Arc<[(u32, Behaviour)]>,
    footprint: Footprint,
    tally: Arc<Tally>,
}

impl FakeArtifact {
    fn behaviour(&self, start: u32) -> Behaviour {
        let told = self.script.iter().rev().find(|(from, _)| *from <= start);
        told.map_or(Behaviour::RIGHT, |(_, behaviour)| behaviour.clone())
    }
}

impl Artifact for FakeArtifact {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("script".to_owned(), format!("{:064x}", self.script.len()))])
    }

    fn figures(&self) -> Vec<Figure> {
        vec![Figure {
            metric: WIRE_SIZE,
            phase: Phase::Prepare,
            subject: None,
            method: "script",
            reading: Reading::Value(1_000),
        }]
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Staged>, RuntimeError>> {
        Box::pin(async {
            let start = self.tally.starts.fetch_add(1, Ordering::Relaxed);
            let behaviour = self.behaviour(start);
            if behaviour == Behaviour::FailsToStage {
                return Err(RuntimeError::backend(FailureKind::RuntimeLost, Told { step: "stage" }));
            }
            let staged: Box<dyn Staged> = Box::new(FakeStaged {
                workload: Arc::clone(&self.workload),
                clock: Arc::clone(&self.clock),
                behaviour,
                footprint: self.footprint.clone(),
                tally: Arc::clone(&self.tally),
            });
            Ok(staged)
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            self.tally.artifacts.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    }
}

struct FakeStaged {
    workload: Arc<Workload>,
    clock: Arc<dyn Clock>,
    behaviour: Behaviour,
    footprint: Footprint,
    tally: Arc<Tally>,
}

impl Staged for FakeStaged {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async move {
            match self.behaviour {
                Behaviour::FailsToStart => {
                    return Err(RuntimeError::backend(FailureKind::RuntimeLost, Told { step: "start" }));
                }
                Behaviour::HangsInStart => std::future::pending().await,
                _ => {}
            }
            let Self { workload, clock, behaviour, footprint, tally } = *self;
            let started = FakeInstance::start(&workload, clock, behaviour, footprint, tally)
                .map_err(|source| RuntimeError::backend(FailureKind::Other, source))?;
            let instance: Box<dyn Instance> = Box::new(started);
            Ok(instance)
        })
    }

    fn abandon(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
