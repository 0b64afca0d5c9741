use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bollard::container::AttachContainerResults;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{AttachContainerOptionsBuilder, CreateContainerOptionsBuilder};
use plimsoll_model::Phase;
use plimsoll_runtime::{
    Ahead, Bed, BoxFuture, Clock, GivenFolders, Instance, Living, Mark, MonotonicClock, Process,
    RuntimeError, free_address,
};

use crate::DockerError;
use crate::above::{Above, Around};
use crate::attendants::Attendants;
use crate::container::Recipe;
use crate::daemon::{Call, Daemon};
use crate::ending::Ending;
use crate::granted::{self, Feeding};
use crate::instance::{DockerInstance, View};
use crate::leftover::Leftover;
use crate::network::Network;
use crate::output::Output;
use crate::stop_signal::StopSignal;

/// Where containers are created from one image. Each has a name and, as a service, a port of its own.
pub(crate) struct DockerBed {
    daemon: Daemon,
    recipe: Arc<Recipe>,
    /// Numbers the lane's containers.
    numbers: Arc<AtomicU32>,
    above: Above,
    attendants: Attendants,
    next: Ahead<Next>,
    living: Living<DockerInstance>,
}

/// A container about to be created.
struct Next {
    daemon: Daemon,
    name: String,
    body: ContainerCreateBody,
    port: Option<u16>,
    around: Around,
    given: GivenFolders,
}

impl DockerBed {
    pub(crate) async fn new(
        daemon: Daemon,
        recipe: Arc<Recipe>,
        numbers: Arc<AtomicU32>,
        above: Above,
    ) -> Result<Self, DockerError> {
        let next = Ahead::of(Next::make(&daemon, &recipe, &numbers, &above).await?);
        let attendants = Attendants::find(&daemon.endpoint).await;
        Ok(Self { daemon, recipe, numbers, above, attendants, next, living: Living::new() })
    }
}

impl Next {
    async fn make(
        daemon: &Daemon,
        recipe: &Recipe,
        numbers: &AtomicU32,
        above: &Above,
    ) -> Result<Self, DockerError> {
        let chosen = || free_address().map_err(|source| DockerError::Port { source });
        let port = if recipe.listen.is_some() { Some(chosen()?.port()) } else { None };
        let around = above.make(&recipe.conditions.owner.label()).await;
        let given = GivenFolders::make(&recipe.folders, &recipe.conditions.owner)?;
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        Ok(Self::on(daemon.clone(), recipe, number, port, around, given))
    }

    fn on(
        daemon: Daemon,
        recipe: &Recipe,
        number: u32,
        port: Option<u16>,
        around: Around,
        given: GivenFolders,
    ) -> Self {
        let mut body = recipe.body(port);
        around.put(body.host_config.get_or_insert_default());
        granted::mount(&given, body.host_config.get_or_insert_default());
        Self { daemon, name: recipe.name(number), body, port, around, given }
    }

    /// Creates and starts it in the order of `docker run`: create, attach, start.
    async fn run(self, recipe: &Recipe, attendants: Attendants) -> Result<DockerInstance, DockerError> {
        let Self { daemon, name, body, port, around, given } = self;
        let mut leftover = Leftover::guard(daemon.clone(), name.clone(), &recipe.conditions.owner);
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let created = daemon.call(Call::CREATE, daemon.client.create_container(Some(options), body)).await;
        let create_ns = MonotonicClock.now_ns();
        let container = match created {
            Ok(created) => {
                leftover.created();
                created.id
            }
            Err(DockerError::Api { status: 409, message, .. }) => {
                leftover.disarm();
                return Err(DockerError::Taken { name, message });
            }
            Err(error) => return Err(recipe.explain_create(error)),
        };
        let started = async {
            let output =
                if recipe.listen.is_some() { None } else { Some(attach(&daemon, &container, recipe).await?) };
            daemon.call(Call::START, daemon.client.start_container(&container, None)).await?;
            Ok((output, MonotonicClock.now_ns()))
        };
        let (output, feeding, start_ns) = match started.await {
            Ok((Some((output, feeding)), start_ns)) => (Some(output), feeding, start_ns),
            Ok((None, start_ns)) => (None, None, start_ns),
            Err(error) => {
                // A removal that fails here is tried once more when the guard is dropped.
                let _ = leftover.remove().await;
                return Err(recipe.explain_start(error, port));
            }
        };
        let address = port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let listens = address.filter(|_| recipe.lane.network == Network::Host);
        Ok(DockerInstance {
            ending: Ending::of(daemon.clone(), container.clone(), output, listens),
            daemon,
            leftover,
            around,
            given,
            _feeding: feeding,
            address,
            published: port.filter(|_| recipe.lane.network == Network::Bridge),
            container,
            dockerd: attendants.dockerd,
            stop_signal: StopSignal::default(),
            stop_timeout: Duration::from_millis(recipe.conditions.limits.stop_timeout_ms),
            marks: [
                Mark { phase: Phase::Create, end_ns: create_ns },
                Mark { phase: Phase::Start, end_ns: start_ns },
            ],
            view: View::NotLooked,
        })
    }
}

/// Takes a command's output, and begins to give it its input.
async fn attach(
    daemon: &Daemon,
    container: &str,
    recipe: &Recipe,
) -> Result<(Output, Option<Feeding>), DockerError> {
    let options = AttachContainerOptionsBuilder::new().stream(true).stdout(true).stderr(true);
    let options = options.stdin(recipe.stdin.is_some()).build();
    let attached = daemon.client.attach_container(container, Some(options));
    let AttachContainerResults { output, input } = daemon.call(Call::ATTACH, attached).await?;
    let feeding = recipe.stdin.clone().map(|bytes| Feeding::of(input, bytes));
    Ok((Output::of(output, recipe.conditions.limits.output_bytes), feeding))
}

impl Bed for DockerBed {
    fn attendants(&self) -> Vec<Process> {
        self.attendants.processes()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let (daemon, recipe, numbers, above) = (&self.daemon, &self.recipe, &self.numbers, &self.above);
            let next = self.next.take(Next::make(daemon, recipe, numbers, above)).await?;
            Ok(self.living.take_in(next.run(recipe, self.attendants).await?))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(self.living.end())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::TcpListener;

    use plimsoll_model::{FailureKind, Limits, Listen, RunId};
    use plimsoll_runtime::{Conditions, Owner};

    use super::*;
    use crate::container::INNER_PORT_NUMBER;
    use crate::image::{self, Built};
    use crate::lane::Lane;
    use crate::target::EngineNamed;

    #[tokio::test]
    async fn a_port_that_somebody_takes_before_the_container_does_is_a_conflict() {
        let daemon = Daemon::connect(EngineNamed::of_user().unwrap()).await.unwrap();
        let run = format!("port-{}", std::process::id()).parse::<RunId>().unwrap();
        let owner = Owner::current(run);
        // The port is refused before the engine looks at the binary.
        let context = image::context(b"no binary", &owner).unwrap();
        let [lane, _] = Lane::offered();
        let tag = image::tag("port", owner.run.as_str(), &lane.name_part(), 0);
        let built = Built::make(&daemon, tag, context).await.unwrap();
        let recipe = Recipe {
            lane,
            image: built.image().clone(),
            listen: Some(Listen::default()),
            args: Vec::new(),
            stdin: None,
            folders: Vec::new(),
            environment: BTreeMap::new(),
            inner_port: INNER_PORT_NUMBER,
            foreign: None,
            conditions: Conditions { limits: Limits::default(), instance_cpus: Vec::new(), owner },
        };
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = holder.local_addr().unwrap();
        let port = Some(address.port());
        let around = Above::find(&daemon).await.make(&recipe.conditions.owner.label()).await;
        let next = Next::on(daemon.clone(), &recipe, 0, port, around, GivenFolders::default());
        let name = next.name.clone();
        let error = next.run(&recipe, Attendants::default()).await.err().unwrap();
        built.discard(&daemon).await.unwrap();
        assert_eq!(error.kind(), FailureKind::Conflict, "{error}");
        assert!(error.to_string().contains(&format!("`{address}`")), "{error}");
        let left = daemon.call(Call::INSPECT, daemon.client.inspect_container(&name, None)).await;
        assert_eq!(left.err().and_then(|error| error.status()), Some(404));
    }
}
