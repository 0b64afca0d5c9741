use std::net::SocketAddr;
use std::sync::Arc;

use plimsoll_model::Service;
use plimsoll_runtime::{
    Ahead, Bed, BoxFuture, GivenFolders, Instance, Living, Process, RuntimeError, discard_request,
};

use crate::WasmtimeError;
use crate::parent::recipe::Recipe;
use crate::parent::running::{Running, StartedIn};
use crate::parent::worker::{Worker, launch};
use crate::protocol::{Marks, WorkerOrder, WorkerReport};

/// Any port of loopback.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Where instances of lane `wasmtime` come from: a worker each.
///
/// One worker's engine could hold several, but they would share what every lane gives to an instance by itself: a
/// control group with its limits, a process whose memory and CPU time are its own, and an end by SIGTERM, whose time is
/// the stop figure. So a further start stages a further worker.
pub(super) struct Live {
    recipe: Arc<Recipe>,
    next: Ahead<Warm>,
    living: Living<Running>,
}

/// A worker that has loaded the component and has had one instance of it.
struct Warm {
    worker: Worker,
    // After the worker, which has them open.
    given: GivenFolders,
    /// Where it serves; `None` for a command.
    address: Option<SocketAddr>,
    first: Marks,
}

impl Live {
    pub(super) async fn stage(recipe: Arc<Recipe>) -> Result<Self, RuntimeError> {
        let next = Ahead::of(Warm::stage(&recipe).await?);
        Ok(Self { recipe, next, living: Living::new() })
    }
}

impl Warm {
    /// Starts a fresh worker and throws one request, or one run, away.
    async fn stage(recipe: &Recipe) -> Result<Self, RuntimeError> {
        let given = recipe.folders()?;
        let ready = launch(&recipe.worker, &recipe.conditions.instance_cpus)?;
        let mut worker = recipe.spawn(ready)?;
        let staging = async {
            let order = recipe.load(ANY_PORT, &given, false);
            let address = worker.ask(&order, |report| loaded(&report)).await?;
            let first = match recipe.workload.job.service().zip(address) {
                Some((service, address)) => discard_first(&mut worker, address, service).await?,
                None => worker.ask(&WorkerOrder::Run, ended).await??,
            };
            Ok((address, first))
        };
        let what = "the end of a first run, which is thrown away before the clock starts,";
        let (address, first) = recipe.within(what, staging).await?;
        // What the discarded one wrote is not for the next to see.
        given.renew()?;
        Ok(Self { worker, given, address, first })
    }
}

fn loaded(report: &WorkerReport) -> Option<Option<SocketAddr>> {
    match report {
        WorkerReport::Loaded { address, .. } => Some(*address),
        _ => None,
    }
}

fn ended(report: WorkerReport) -> Option<Result<Marks, WasmtimeError>> {
    match report {
        WorkerReport::Ended(ending) => Some(match ending.trap {
            Some(trap) => Err(WasmtimeError::Trapped { trap }),
            None => Ok(ending.marks),
        }),
        _ => None,
    }
}

/// The first instance of a fresh worker pays for what no later one pays: it is measured apart.
async fn discard_first(
    worker: &mut Worker,
    address: SocketAddr,
    service: &Service,
) -> Result<Marks, WasmtimeError> {
    let failed = WasmtimeError::io("send the discarded request to", address.to_string());
    discard_request(address, &service.ready).await.map_err(failed)?;
    let marks = |report| match report {
        WorkerReport::Marks(marks) => Some(marks),
        _ => None,
    };
    let first = worker.ask(&WorkerOrder::Marks, marks).await?;
    worker.ask(&WorkerOrder::Arm, |report| matches!(report, WorkerReport::Armed).then_some(())).await?;
    Ok(first)
}

impl Bed for Live {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let recipe = &self.recipe;
            let Warm { mut worker, given, address, first } = self.next.take(Warm::stage(recipe)).await?;
            if address.is_none() {
                worker.link().send(&WorkerOrder::Run)?;
            }
            let origin = StartedIn::LiveWorker { first };
            Ok(self.living.take_in(Running::new(recipe.clone(), (worker, given), address, origin)))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            let ended = self.living.end().await;
            if let Some(Warm { worker, mut given, .. }) = self.next.left() {
                // Dropping the worker would do; this also waits until its control group is gone.
                worker.stop(self.recipe.stop_limit()).await?;
                given.remove()?;
            }
            ended
        })
    }
}
