//! Carrying out a plan.

mod against;
mod enough;
mod fit;
mod git;
mod keep;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use plimsoll_budget::ToMeasure;
use plimsoll_engine::{
    Cancel, Clock, Conditions, EngineError, EventSink, MonotonicClock, Owner, Runtime, Version, fingerprint,
};
use plimsoll_model::{Host, LeftOut, Origin, Plan, Preset, Run, RunId, Slug, Trials, Variant, Workload};
use plimsoll_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

use self::against::Before;
use self::enough::NarrowEnough;
use self::keep::Keeper;
pub use self::plan::Overrides;
use crate::here::Here;
use crate::lanes::Lane;
use crate::lanes::choose::{self, Chosen};
use crate::notice::notice;
use crate::own::{Next, Own, ToHear, record};
use crate::{Code, Error, LaneWish, Places, Registry, workloads};

/// Carries out a plan: every workload in every lane, unless some are named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bench {
    /// Workloads by name; empty: all that are found.
    pub workloads: Vec<Slug>,
    /// Workloads that are told in words; where some are, no others but those that are named.
    pub own: Own,
    /// Which lanes; empty: the usual ones that this machine can run.
    pub lanes: Vec<LaneWish>,
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
    /// Why workloads that were told are not in it.
    pub unheard: Vec<Error>,
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
        let (found, _) = self.select()?;
        let lanes = choose::wished(registry, &self.lanes)?;
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
        let (found, broken) = self.select()?;
        for error in &broken {
            notice(events, format!("a workload is left out: {error}"));
        }
        let names = found.iter().map(|workload| workload.name().clone()).collect();
        let mut plan = self.overrides.plan(self.preset, names, choose::wished(registry, &self.lanes)?)?;
        if self.own.is_told() {
            let named = self.workloads.iter().map(ToString::to_string);
            plan.told = named.chain(self.own.words()).collect();
            // All that are told are asked the same.
            let told = found.iter().find(|workload| workload.origin == Origin::Line);
            told.into_iter().flat_map(|told| &told.remarks).for_each(|what| notice(events, what.clone()));
        }
        let unsaid = self.own.to_hear();
        Ok(Wish { unsaid, ..Wish::new(store, found, plan) })
    }

    /// The workloads, and the broken ones that nobody named.
    fn select(&self) -> Result<(Vec<Workload>, Vec<StoreError>), Error> {
        if !self.own.is_told() {
            return workloads::select(&self.places, &self.workloads);
        }
        if self.workloads.is_empty() && !self.places.workload_folders.is_empty() {
            return Err(Error::usage(
                "`--workloads` names folders of which no workload is measured: what is told by itself is alone in the run"
                    .to_owned(),
            )
            .with_hint("name the workloads to measure beside it, or leave `--workloads` out"));
        }
        let mut found = self.own.workloads()?;
        if self.workloads.is_empty() {
            return Ok((found, Vec::new()));
        }
        let (named, broken) = workloads::select(&self.places, &self.workloads)?;
        if let Some(twice) = named.iter().find(|named| found.iter().any(|own| own.name == named.name)) {
            return Err(Error::usage(format!(
                "`{}` is both a workload of yours and a name that is told",
                twice.name
            ))
            .with_hint("measure them one by one"));
        }
        found.extend(named);
        Ok((found, broken))
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
    /// What has yet to be heard of those that are told in words.
    unsaid: Option<ToHear>,
}

impl Wish {
    pub(crate) fn new(store: Store, workloads: Vec<Workload>, plan: Plan) -> Self {
        Self { store, workloads, plan, before: Before::default(), unsaid: None }
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
        mut self,
        registry: &Registry,
        wishes: &[LaneWish],
        mut left_out: Vec<LeftOut>,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let chosen = tokio::select! {
            chosen = choose::lanes(registry, &self.plan.lanes, wishes) => chosen?,
            () = cancel.cancelled() => return Err(Error::interrupted()),
        };
        let Chosen { mut lanes, left_out: not_here } = chosen;
        left_out.extend(not_here);
        let versions: Vec<&Workload> = self.workloads.iter().chain(&self.before.workloads).collect();
        let fit = fit::fit(&lanes, &versions, wishes)?;
        lanes.retain(|lane| !fit.left_out.iter().any(|left| left.lane == *lane.slug()));
        for gap in &fit.gaps {
            notice(events, format!("lane `{}` does not run `{}`: {}", gap.lane, gap.workload, gap.why));
        }
        left_out.extend(fit.left_out);
        self.plan.gaps = fit.gaps;
        for left in &left_out {
            notice(events, left.to_string());
        }
        tokio::select! {
            () = choose::sweep(registry, &lanes, events) => {}
            () = cancel.cancelled() => return Err(Error::interrupted()),
        }
        let here = Here::now()?;
        let mut unheard = Vec::new();
        if let Some(to_hear) = self.unsaid.take() {
            let conditions = here.conditions(self.plan.settings.limits);
            unheard = self.hear(&to_hear, &lanes, &conditions, events, cancel).await?;
        }
        let runtimes = lanes.iter().map(|lane| Arc::clone(&lane.runtime)).collect();
        let Here { started_at, id } = here;
        let clock = Box::new(MonotonicClock);
        let ground = Ground { runtimes, clock, host: fingerprint(), started_at, id };
        let finished = self.carry_out(ground, left_out, events, cancel).await?;
        Ok(Finished { unheard, ..finished })
    }

    /// Hears what those answer that are told in words. One that gives nothing right leaves the others, whose remarks say
    /// so; gives why.
    ///
    /// # Errors
    /// When none of the workloads is left, or the user stops it.
    async fn hear(
        &mut self,
        to_hear: &ToHear,
        lanes: &[&Lane],
        conditions: &Conditions,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Vec<Error>, Error> {
        let mut left = Vec::new();
        let mut unheard = Vec::new();
        for workload in std::mem::take(&mut self.workloads) {
            if workload.origin != Origin::Line {
                left.push(workload);
                continue;
            }
            match record(&workload, to_hear, Next::Run, lanes, conditions, events, cancel).await {
                Ok(heard) => left.push(heard),
                Err(error) if error.code == Code::Interrupted => return Err(error),
                Err(error) => unheard.push((workload.name, error)),
            }
        }
        if left.is_empty() {
            let mut errors = unheard.into_iter().map(|(_, error)| error);
            let mut first = errors.next().unwrap_or_else(|| Error::usage("nothing is to be measured"));
            for Error { message, causes, .. } in errors {
                first.causes.push(message);
                first.causes.extend(causes);
            }
            return Err(first);
        }
        for (name, error) in &unheard {
            let told = format!("`{name}` was told too, and is left out: {}", error.in_one());
            notice(events, told.clone());
            left.iter_mut().for_each(|workload| workload.remarks.push(told.clone()));
        }
        let is_out = |name: &Slug| unheard.iter().any(|(out, _)| out == name);
        self.plan.workloads.retain(|name| !is_out(name));
        self.plan.gaps.retain(|gap| !is_out(&gap.workload));
        self.workloads = left;
        Ok(unheard.into_iter().map(|(_, error)| error).collect())
    }

    async fn carry_out(
        self,
        ground: Ground,
        left_out: Vec<LeftOut>,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Finished, Error> {
        let Self { store, workloads, mut plan, before, unsaid: _ } = self;
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
    Ok(Finished { run: opened.run, path, unheard: Vec::new() })
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
