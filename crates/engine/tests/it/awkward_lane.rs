//! A lane whose instances are awkward services.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use plimsoll_model::{
    Artifact, Availability, Form, Held, LaneRecord, LaneSpec, Limits, Phase, Side, Words, Workload,
};
use plimsoll_runtime::{
    Bed, BoxFuture, Conditions, Exit, Figure, Footprint, Instance, Mark, Prepared, Process, Runtime,
    RuntimeError, Stopped, Unfit, artifact_of,
};

use crate::awkward::{Awkward, Mode};
use crate::world::slug;

pub(crate) struct AwkwardLane(pub(crate) Mode);

impl Runtime for AwkwardLane {
    fn spec(&self) -> LaneSpec {
        LaneSpec::plain(slug("awkward"), slug("made-up"))
    }

    fn record(&self) -> LaneRecord {
        LaneRecord {
            spec: self.spec(),
            side: Side::Control,
            shade: None,
            own_process: true,
            words: Words { starts: "a new service".to_owned(), is: "the service".to_owned() },
            reach: None,
            summary: "A service that answers as few do.".to_owned(),
            unequal: Vec::new(),
            outside_limits: Vec::new(),
            unlimited: None,
        }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async { Availability::Available { detail: "a thread".to_owned() } })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { BTreeMap::new() })
    }

    fn by_hand(&self, _limits: &Limits) -> Vec<String> {
        Vec::new()
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w Artifact, Unfit> {
        artifact_of(workload, Form::Binary)
    }

    fn prepare<'a>(
        &'a self,
        _: &'a Workload,
        _: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async { Ok(Box::new(Known(self.0)) as Box<dyn Prepared>) })
    }
}

struct Known(Mode);

impl Prepared for Known {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { Vec::new() })
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>> {
        Box::pin(async { Ok(Box::new(Known(self.0)) as Box<dyn Bed>) })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async { Ok(()) })
    }
}

impl Bed for Known {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async { Ok(Box::new(Awkward::serve(self.0)) as Box<dyn Instance>) })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async { Ok(()) })
    }
}

impl Instance for Awkward {
    fn address(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn footprint(&self) -> Footprint {
        Footprint { unseen: Some("a thread has no process"), ..Footprint::default() }
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async { None })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(std::future::pending())
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn figures(&mut self, _: Phase) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { Vec::new() })
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async { Ok(Stopped::default()) })
    }
}
