use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bollard::container::AttachContainerResults;
use bollard::models::{ContainerCreateBody, ExecConfig};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, StopContainerOptionsBuilder,
};
use plimsoll_model::Phase;
use plimsoll_runtime::{Clock, GivenFolders, Mark, MonotonicClock, discard_request, free_address};
use tokio::time::{Instant, sleep};

use crate::DockerError;
use crate::above::{Above, Around};
use crate::attendants::Attendants;
use crate::begin::Begin;
use crate::container::Recipe;
use crate::daemon::{Call, Daemon};
use crate::ending::Ending;
use crate::exec;
use crate::granted::{self, Feeding};
use crate::idle::Sleeper;
use crate::instance::{DockerInstance, View};
use crate::leftover::Leftover;
use crate::network::Network;
use crate::output::Output;
use crate::stop_signal::StopSignal;
use crate::timeline::StartCall;

/// Between two questions whether a service answers that is started before the clock.
const STEP: Duration = Duration::from_millis(5);

/// A container about to be started, and as much of it as is there before the clock starts.
pub(crate) struct Upcoming {
    daemon: Daemon,
    name: String,
    body: ContainerCreateBody,
    port: Option<u16>,
    around: Around,
    given: GivenFolders,
    made: Option<Made>,
    /// What is run in it, where it runs itself before that.
    put_off: Option<PutOff>,
}

/// What is to be run in a container, and what keeps that running until then.
struct PutOff {
    idle: Sleeper,
    config: ExecConfig,
}

/// A container that is there.
struct Made {
    leftover: Leftover,
    container: String,
}

/// What runs by now.
struct Begun {
    streams: Streams,
    /// What the engine calls the process, where it is not the container's first.
    exec: Option<String>,
}

/// The streams of a command.
type Streams = Option<(Output, Option<Feeding>)>;

impl Upcoming {
    /// Makes what is there before the clock starts. `number`: of the lane's containers.
    pub(crate) async fn make(
        daemon: &Daemon,
        recipe: &Recipe,
        number: u32,
        above: &Above,
    ) -> Result<Self, DockerError> {
        let chosen = || free_address().map_err(|source| DockerError::Port { source });
        let port = if recipe.listen.is_some() { Some(chosen()?.port()) } else { None };
        let around = above.make(&recipe.conditions.owner.label()).await;
        let given = GivenFolders::make(&recipe.folders, &recipe.conditions.owner)?;
        let mut next = Self::on(daemon.clone(), recipe, number, port, around, given);
        match recipe.lane.begin() {
            Begin::Create => {}
            Begin::Start => next.made = Some(next.create(recipe).await?),
            Begin::Restart => {
                let made = next.create(recipe).await?;
                next.run_once(recipe, &made.container).await?;
                // What it wrote is not for the next run to see.
                next.given.renew()?;
                next.made = Some(made);
            }
            Begin::Exec => {
                let idle = Sleeper::make(&recipe.conditions.owner)?;
                let config = exec::put_off(recipe, &mut next.body, Some(&idle));
                next.put_off = Some(PutOff { idle, config });
                let made = next.create(recipe).await?;
                let started = daemon.client.start_container(&made.container, None);
                let started = daemon.call(Call::START, started).await;
                started.map_err(|error| recipe.explain_start(error, next.port))?;
                next.made = Some(made);
            }
            Begin::Unpause => {
                let made = next.create(recipe).await?;
                next.start(recipe, &made.container).await?;
                next.wait_for_answer(recipe).await?;
                let paused = next.daemon.client.pause_container(&made.container);
                next.daemon.call(Call::PAUSE, paused).await?;
                next.made = Some(made);
            }
        }
        Ok(next)
    }

    pub(crate) fn on(
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
        Self { daemon, name: recipe.name(number), body, port, around, given, made: None, put_off: None }
    }

    #[cfg(test)]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn address(&self) -> Option<SocketAddr> {
        self.port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }

    async fn create(&mut self, recipe: &Recipe) -> Result<Made, DockerError> {
        let body = std::mem::take(&mut self.body);
        let (daemon, name) = (&self.daemon, &self.name);
        let mut leftover = Leftover::guard(daemon.clone(), name.clone(), &recipe.conditions.owner);
        let options = CreateContainerOptionsBuilder::new().name(name).build();
        let created = daemon.client.create_container(Some(options), body);
        match daemon.call(Call::CREATE, created).await {
            Ok(created) => {
                leftover.created();
                Ok(Made { leftover, container: created.id })
            }
            Err(DockerError::Api { status: 409, message, .. }) => {
                leftover.disarm();
                Err(DockerError::Taken { name: name.clone(), message })
            }
            Err(error) => Err(recipe.explain_create(error)),
        }
    }

    /// Attaches to a command and starts it, in the order of `docker run`.
    async fn start(&self, recipe: &Recipe, container: &str) -> Result<Streams, DockerError> {
        let daemon = &self.daemon;
        let started = async {
            let streams =
                if recipe.listen.is_some() { None } else { Some(attach(daemon, container, recipe).await?) };
            daemon.call(Call::START, daemon.client.start_container(container, None)).await?;
            Ok(streams)
        };
        started.await.map_err(|error| recipe.explain_start(error, self.port))
    }

    /// Starts it and lets it end: a command by itself, a service when it has answered.
    async fn run_once(&self, recipe: &Recipe, container: &str) -> Result<(), DockerError> {
        let daemon = &self.daemon;
        let (output, _feeding) = self.start(recipe, container).await?.unzip();
        let is_command = output.is_some();
        let mut ending = Ending::of(daemon.clone(), container.to_owned(), output, None);
        if !is_command {
            self.wait_for_answer(recipe).await?;
            // It is not measured how it ends.
            let options = StopContainerOptionsBuilder::new().t(0).build();
            daemon.call(Call::STOP, daemon.client.stop_container(container, Some(options))).await?;
        }
        let limit = ready_limit(recipe);
        let too_late = |_| DockerError::NotBefore { limit_ms: limit.as_millis() as u64, what: "ended" };
        tokio::time::timeout(limit, ending.settle()).await.map_err(too_late)?
    }

    /// Waits until a service has answered once, whatever it answers.
    async fn wait_for_answer(&self, recipe: &Recipe) -> Result<(), DockerError> {
        let Some((address, request)) = self.address().zip(recipe.ready.as_ref()) else { return Ok(()) };
        let limit = ready_limit(recipe);
        let deadline = Instant::now() + limit;
        loop {
            let answered = tokio::time::timeout_at(deadline, discard_request(address, request)).await;
            match answered {
                Ok(Ok(bytes)) if bytes > 0 => return Ok(()),
                Ok(_) if Instant::now() < deadline => sleep(STEP).await,
                _ => {
                    let limit_ms = limit.as_millis() as u64;
                    return Err(DockerError::NotBefore { limit_ms, what: "answered" });
                }
            }
        }
    }

    /// Does what the clock sees.
    pub(crate) async fn run(
        mut self,
        recipe: &Recipe,
        attendants: Attendants,
    ) -> Result<DockerInstance, DockerError> {
        let mut marks = Vec::new();
        let mut mark = |phase| marks.push(Mark { phase, end_ns: MonotonicClock.now_ns() });
        let mut made = match self.made.take() {
            Some(made) => made,
            None => {
                let made = self.create(recipe).await?;
                mark(Phase::Create);
                made
            }
        };
        let (idle, config) = self.put_off.take().map(|put_off| (put_off.idle, put_off.config)).unzip();
        let mut call = None;
        let begun = match config {
            Some(config) => {
                made.leftover.executes();
                self.execute(recipe, &made.container, config, &mut mark).await
            }
            None if recipe.lane.begin() == Begin::Unpause => {
                let unpaused = self.daemon.client.unpause_container(&made.container);
                let unpaused = self.daemon.call(Call::UNPAUSE, unpaused).await;
                unpaused.map(|()| Begun { streams: None, exec: None })
            }
            None => {
                let began_ns = MonotonicClock.now_ns();
                let started = self.start(recipe, &made.container).await;
                call = Some(StartCall { began_ns, returned_ns: MonotonicClock.now_ns() });
                started.map(|streams| Begun { streams, exec: None })
            }
        };
        let Begun { streams, exec } = match begun {
            Ok(begun) => begun,
            Err(error) => {
                // A removal that fails here is tried once more when the guard is dropped.
                let _ = made.leftover.remove().await;
                return Err(error);
            }
        };
        mark(Phase::Start);
        let address = self.address();
        let Self { daemon, around, given, port, .. } = self;
        let (output, feeding) = streams.unzip();
        let listens = address.filter(|_| recipe.lane.network() == Network::Host);
        let Made { leftover, container } = made;
        let ending = match &exec {
            Some(exec) => {
                let waiting = exec::waiting(daemon.clone(), exec.clone());
                let is_command = recipe.listen.is_none();
                let output = output.unwrap_or_default();
                Ending::of_process(daemon.clone(), container.clone(), waiting, output, is_command, listens)
            }
            None => Ending::of(daemon.clone(), container.clone(), output, listens),
        };
        Ok(DockerInstance {
            ending,
            daemon,
            leftover,
            around,
            given,
            idle,
            exec,
            _feeding: feeding.flatten(),
            address,
            published: port.filter(|_| recipe.lane.network() == Network::Bridge),
            container,
            engine: attendants.engine,
            stop_signal: StopSignal::default(),
            stop_timeout: Duration::from_millis(recipe.conditions.limits.stop_timeout_ms),
            marks,
            call,
            started_at: None,
            view: View::NotLooked,
        })
    }

    /// Runs what was put off, in the container that runs.
    async fn execute(
        &self,
        recipe: &Recipe,
        container: &str,
        config: ExecConfig,
        mark: &mut (impl FnMut(Phase) + Send),
    ) -> Result<Begun, DockerError> {
        let exec = exec::create(&self.daemon, container, config).await?;
        mark(Phase::Create);
        let started = exec::start(&self.daemon, recipe, &exec).await;
        let streams = started.map_err(|error| recipe.explain_start(error, self.port))?;
        Ok(Begun { streams: Some(streams), exec: Some(exec) })
    }

    /// Takes down what no start has taken.
    pub(crate) async fn discard(mut self) -> Result<(), DockerError> {
        if let Some(made) = &mut self.made {
            made.leftover.remove().await?;
        }
        if let Some(put_off) = self.put_off {
            put_off.idle.remove()?;
        }
        self.around.remove().await?;
        Ok(self.given.remove()?)
    }
}

fn ready_limit(recipe: &Recipe) -> Duration {
    Duration::from_millis(recipe.conditions.limits.ready_timeout_ms)
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
        let context = image::context(None, b"no binary", &owner).unwrap();
        let lane = Lane::to_try(Network::Bridge, "");
        let tag = image::tag("port", owner.run.as_str(), &lane.name_part(), 0);
        let built = Built::make(&daemon, tag, context).await.unwrap();
        let recipe = Recipe {
            lane,
            image: built.image().clone(),
            listen: Some(Listen::default()),
            ready: None,
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
        let next = Upcoming::on(daemon.clone(), &recipe, 0, port, around, GivenFolders::default());
        let name = next.name().to_owned();
        let error = Box::pin(next.run(&recipe, Attendants::default())).await.err().unwrap();
        built.discard(&daemon).await.unwrap();
        assert_eq!(error.kind(), FailureKind::Conflict, "{error}");
        assert!(error.to_string().contains(&format!("`{address}`")), "{error}");
        let left = daemon.call(Call::INSPECT, daemon.client.inspect_container(&name, None)).await;
        assert_eq!(left.err().and_then(|error| error.status()), Some(404));
    }
}
