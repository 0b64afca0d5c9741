//! Carrying out a plan.

mod against;
mod choose;
mod enough;
mod git;
mod keep;
mod notice;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use plimsoll_budget::ToMeasure;
use plimsoll_engine::{
    Cancel, Clock, EngineError, EventSink, MonotonicClock, Owner, Runtime, Version, fingerprint,
};
use plimsoll_model::{Host, LeftOut, Plan, Preset, Run, RunId, Slug, Trials, Variant, Workload};
use plimsoll_store::Store;
use serde::{Deserialize, Serialize};

use self::against::Before;
use self::choose::Chosen;
use self::enough::NarrowEnough;
use self::keep::Keeper;
use self::notice::notice;
pub use self::plan::Overrides;
use crate::{Error, Places, Registry, workloads};

/// Carries out a plan: every workload in every lane, unless some are named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bench {
    /// Workloads by name; empty: all that are found.
    pub workloads: Vec<Slug>,
    /// Lanes by slug; empty: all that this machine can run.
    pub lanes: Vec<Slug>,
    /// Where the plan begins from.
    pub preset: Preset,
    /// What differs from it.
    pub overrides: Overrides,
    /// The version before a change, measured in the same shuffled order: a folder that holds the workloads as they
    /// were, or a commit.
    #[serde(with = "plimsoll_files::portable")]
    pub against: Option<PathBuf>,
    /// Where workloads are and runs are kept.
    pub places: Places,
}

/// A run that ended and was kept.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The run, read back from where it was kept.
    pub run: Run,
    /// Its file.
    pub path: PathBuf,
}

impl Bench {
    /// How many trials each cell gets.
    #[must_use]
    pub fn trials(&self) -> Trials {
        self.overrides.trials(self.preset)
    }

    /// Carries it out on the calling thread, which becomes the observer: drive this from a current-thread
    /// executor. What dead runs left behind is removed first. Every trial is kept as soon as it has ended.
    ///
    /// # Errors
    /// With [`crate::Code::Usage`] when a name or a number can't be; with [`crate::Code::Environment`] when a
    /// lane that was named is not available, none is, or the run can't be kept. What was measured until then is
    /// kept, and the hint says how to open it.
    pub async fn run(
        &self,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let mut wish = self.read(registry, events)?;
        if let Some(named) = &self.against {
            tokio::select! {
                joined = wish.join(named, events) => joined?,
                () = cancel.cancelled() => return Err(Error::interrupted()),
            }
        }
        wish.carry_out_here(registry, &self.lanes, Vec::new(), events, cancel).await
    }

    /// Carries it out on another ground than this machine, e.g. a made-up one.
    ///
    /// # Errors
    /// As [`Bench::run`].
    pub async fn run_on(
        &self,
        ground: Ground,
        registry: &Registry,
        events: &dyn EventSink,
    ) -> Result<Finished, Error> {
        self.read(registry, events)?.carry_out(ground, Vec::new(), events, &Cancel::new()).await
    }

    /// What it would measure, as far as this machine can run it.
    ///
    /// # Errors
    /// When a workload or a lane that is named is not there.
    pub fn to_measure(&self, registry: &Registry) -> Result<ToMeasure, Error> {
        let (found, _) = workloads::select(&self.places, &self.workloads)?;
        let lanes = choose::named_or_all(registry, &self.lanes)?;
        let names = |of: &[&Workload]| of.iter().map(|workload| workload.name().clone()).collect();
        let all: Vec<&Workload> = found.iter().collect();
        let loads = |workload: &&Workload| self.trials().loaded > 0 && workload.job.service().is_some();
        let loaded: Vec<&Workload> = found.iter().filter(loads).collect();
        Ok(ToMeasure {
            workloads: names(&all),
            loaded: names(&loaded),
            lanes: lanes.into_iter().map(|lane| lane.slug).collect(),
            against: self.against.is_some(),
        })
    }

    /// Finds and checks what is wished, before a lane is asked: a wrong number should not cost the time that a daemon
    /// takes to answer.
    fn read(&self, registry: &Registry, events: &dyn EventSink) -> Result<Wish, Error> {
        let store = self.places.store()?;
        let (found, broken) = workloads::select(&self.places, &self.workloads)?;
        for error in &broken {
            notice(events, format!("a workload is left out: {error}"));
        }
        let names = found.iter().map(|workload| workload.name().clone()).collect();
        let plan = self.overrides.plan(self.preset, names, choose::named_or_all(registry, &self.lanes)?)?;
        Ok(Wish::new(store, found, plan))
    }
}

/// What a bench stands on.
pub struct Ground {
    /// The lanes that take part.
    pub runtimes: Vec<Arc<dyn Runtime>>,
    /// The observer's clock.
    pub clock: Box<dyn Clock>,
    /// The machine.
    pub host: Host,
    /// When the run begins.
    pub started_at: Timestamp,
    /// What it is called.
    pub id: RunId,
}

/// A bench that was read and can be begun.
pub(crate) struct Wish {
    store: Store,
    workloads: Vec<Workload>,
    plan: Plan,
    /// Its folder has to stay while it is measured.
    before: Before,
}

impl Wish {
    pub(crate) fn new(store: Store, workloads: Vec<Workload>, plan: Plan) -> Self {
        Self { store, workloads, plan, before: Before::default() }
    }

    pub(crate) fn trials(&self) -> Trials {
        self.plan.trials
    }

    /// Adds the version before a change.
    async fn join(&mut self, named: &Path, events: &dyn EventSink) -> Result<(), Error> {
        let before = Before::find(named, &self.workloads).await?;
        before.join(&mut self.plan);
        for without in &before.without {
            notice(events, without.clone());
        }
        self.before = before;
        Ok(self.plan.validate()?)
    }

    /// Carries it out on this machine, in those of the plan's lanes that it can run; in each that was named.
    pub(crate) async fn carry_out_here(
        self,
        registry: &Registry,
        named: &[Slug],
        mut left_out: Vec<LeftOut>,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let chosen = tokio::select! {
            chosen = choose::lanes(registry, &self.plan.lanes, named) => chosen?,
            () = cancel.cancelled() => return Err(Error::interrupted()),
        };
        let runtimes = chosen.runtimes();
        let Chosen { lanes, left_out: not_here } = chosen;
        left_out.extend(not_here);
        for left in &left_out {
            notice(events, left.to_string());
        }
        tokio::select! {
            () = choose::sweep(registry, &lanes, events) => {}
            () = cancel.cancelled() => return Err(Error::interrupted()),
        }
        let started_at = Timestamp::now();
        let id = new_id(started_at)?;
        let clock = Box::new(MonotonicClock);
        let ground = Ground { runtimes, clock, host: fingerprint(), started_at, id };
        self.carry_out(ground, left_out, events, cancel).await
    }

    async fn carry_out(
        self,
        ground: Ground,
        left_out: Vec<LeftOut>,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let Self { store, workloads, mut plan, before } = self;
        let in_variant = |variant: Slug| move |workload| Version { variant: variant.clone(), workload };
        let versions: Vec<Version> = workloads
            .into_iter()
            .map(in_variant(Variant::NEW))
            .chain(before.workloads.iter().cloned().map(in_variant(Variant::BEFORE)))
            .collect();
        let Ground { runtimes, clock, host, started_at, id } = ground;
        plan.lanes = runtimes.iter().map(|runtime| runtime.spec()).collect();
        let mut keeper = Keeper::new(&store, events);
        let bench = plimsoll_engine::Bench {
            enough: &NarrowEnough::new(plan.trials.precision),
            plan,
            workloads: &versions,
            left_out,
            runtimes: &runtimes,
            host,
            started_at,
            clock: clock.as_ref(),
            recorder: &mut keeper,
            events,
            cancel: cancel.clone(),
            owner: Owner::current(id.clone()),
        };
        match bench.run().await {
            Ok(_) => finish(&store, keeper, &id),
            Err(error) => Err(give_up(keeper, error, &id)),
        }
    }
}

fn finish(store: &Store, keeper: Keeper<'_>, id: &RunId) -> Result<Finished, Error> {
    let path = keeper.finish().map_err(|error| kept_as_journal(error, id))?;
    // Read back: what is shown is what was kept.
    let opened = store.open(&path)?;
    Ok(Finished { run: opened.run, path })
}

fn give_up(keeper: Keeper<'_>, error: EngineError, id: &RunId) -> Error {
    match (keeper.into_refusal(), error) {
        (Some(refusal), EngineError::Record(_)) => refusal,
        (_, error @ EngineError::Record(_)) => kept_as_journal(error.into(), id),
        (_, error) => error.into(),
    }
}

fn kept_as_journal(error: Error, id: &RunId) -> Error {
    error.with_hint(format!("what was measured until then is kept: `plimsoll show {id}` opens it"))
}

/// Begin in UTC and four random hexadecimal digits, so that runs begun in the same second differ.
fn new_id(started_at: Timestamp) -> Result<RunId, Error> {
    let tail = rand::random::<u16>();
    let text = format!("r{}-{tail:04x}", started_at.strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|error| Error::of(crate::Code::Environment, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_tells_when_the_run_began() {
        let id = new_id("2026-11-21T01:32:00Z".parse().unwrap()).unwrap();
        assert!(id.as_str().starts_with("r20261121-013200-"), "{id}");
        assert_eq!(id.as_str().len(), "r20261121-013200-7f3a".len());
    }
}
