use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use plimsoll_runtime::{Ahead, Bed, BoxFuture, GivenFolders, Instance, Living, Process, RuntimeError};

use crate::WasmtimeError;
use crate::parent::held_port::HeldPort;
use crate::parent::recipe::Recipe;
use crate::parent::running::{Running, StartedIn};
use crate::parent::worker::{HeldWorker, launch};

/// Where instances of lane `wasmtime-process` come from: a worker each, executed by the start.
pub(super) struct Fresh {
    recipe: Arc<Recipe>,
    next: Ahead<Next>,
    living: Living<Running>,
}

/// A worker that is made and waits to be executed, and the port it will serve on.
struct Next {
    held: HeldWorker,
    port: Option<HeldPort>,
    given: GivenFolders,
}

impl Fresh {
    pub(super) fn stage(recipe: Arc<Recipe>) -> Result<Self, RuntimeError> {
        let next = Ahead::of(Next::make(&recipe)?);
        Ok(Self { recipe, next, living: Living::new() })
    }
}

impl Next {
    fn make(recipe: &Recipe) -> Result<Self, RuntimeError> {
        let given = recipe.folders()?;
        // Before the child: what is opened after it, the child does not hold.
        let port = if recipe.workload.kind().serves() { Some(HeldPort::any()?) } else { None };
        let held = recipe.hold(launch(&recipe.worker, &recipe.conditions.instance_cpus)?)?;
        Ok(Self { held, port, given })
    }

    fn run(self, recipe: Arc<Recipe>) -> Result<Running, WasmtimeError> {
        let Self { held, port, given } = self;
        let group_ns = held.group_ns;
        let mut worker = held.go()?;
        let address = port.as_ref().map(|port| port.address);
        let listen = address.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        worker.link().send(&recipe.load(listen, &given, true))?;
        let origin = StartedIn::FreshWorker { group_ns, _port: port };
        Ok(Running::new(recipe, (worker, given), address, origin))
    }
}

impl Bed for Fresh {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let recipe = &self.recipe;
            let next = self.next.take(async { Next::make(recipe) }).await?;
            Ok(self.living.take_in(next.run(recipe.clone())?))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(self.living.end())
    }
}
