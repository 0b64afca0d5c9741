//! One container on each network, started once: whether such as the lanes' work here.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::models::{ContainerInspectResponse, HostConfig};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use futures_util::future::join;
use plimsoll_model::{Limits, Listen};
use plimsoll_runtime::{Conditions, Owner, free_address};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::attendants::Attendants;
use crate::container::{INNER_PORT_NUMBER, LOG_SIZE, Recipe};
use crate::daemon::{Call, Daemon};
use crate::endpoint::Endpoint;
use crate::engine_kind::EngineKind;
use crate::findings::{Findings, Sight, Traits, Tried};
use crate::hindrance::Hindrance;
use crate::image::{self, Built, ENTRYPOINT, Image};
use crate::kin::{Kin, Shim};
use crate::lane::Lane;
use crate::leftover::{ImagesLeft, Leftover};
use crate::network::Network;
use crate::prober::{self, GREETING};
use crate::{DockerError, forced, limits};

/// How long a container on one network may take. An idle engine takes a second.
const LIMIT: Duration = Duration::from_secs(20);
/// How long a container that runs may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(4);
/// How long one connection may take, and its answer.
const CONNECTION_LIMIT: Duration = Duration::from_millis(500);
/// Between two connections.
const STEP: Duration = Duration::from_millis(5);
/// How often a port is looked for that nobody takes meanwhile.
const PORTS: u32 = 3;
/// How long what was killed may take to be told and removed.
const ENDING_LIMIT: Duration = Duration::from_secs(8);
/// What the prober ends with where its address is taken: the error's number, `EADDRINUSE`.
const ADDRESS_TAKEN: i64 = 98;

/// Tries an engine that runs Linux containers.
pub(crate) async fn probe(daemon: &Daemon, runtime: &str) -> Findings {
    let system = daemon.call(Call::INFO, daemon.client.info()).await;
    let kind = daemon.kind();
    let mut traits = system.map(|system| Traits::of(kind, system)).unwrap_or_default();
    traits.kind = kind;
    traits.ssh = matches!(*daemon.endpoint, Endpoint::Ssh(_));
    traits.tls = matches!(*daemon.endpoint, Endpoint::Tls(..));
    if !runtime.is_empty() {
        traits.runtime = Some(runtime.to_owned());
    }
    let Some(program) = prober::program() else {
        return Findings { traits, tried: Ok(None) };
    };
    let tried = match timeout(LIMIT * 2, try_both(daemon, runtime, &program, &traits)).await {
        Ok(tried) => tried.map(Some).map_err(Hindrance::of),
        Err(_) => Err(Hindrance::TooSlow { after_s: LIMIT.as_secs() * 2 }),
    };
    Findings { traits, tried }
}

/// Tries a container on either network side by side.
async fn try_both(
    daemon: &Daemon,
    runtime: &str,
    program: &[u8],
    traits: &Traits,
) -> Result<Tried, DockerError> {
    let conditions = conditions();
    let owner = &conditions.owner;
    // Goes last, after the containers that stand on it.
    let mut left = ImagesLeft::guard(daemon.clone(), owner);
    let tag = image::tag("probe", owner.run.as_str(), "all", 0);
    let built = Built::import(daemon, tag, program, owner).await?;
    let attendants = Attendants::find(daemon).await;
    let [bridge, host] = [Network::Bridge, Network::Host].map(|network| {
        let lane = Lane::to_try(network, runtime);
        let (image, begun, is_over) = (built.image().clone(), Mutex::default(), AtomicBool::new(false));
        Trying {
            daemon,
            lane,
            image,
            conditions: &conditions,
            attendants,
            rootless: traits.rootless,
            begun,
            is_over,
        }
    });
    let (bridge, host) = join(Box::pin(bridge.in_time()), Box::pin(host.in_time())).await;
    if built.discard(daemon).await.is_ok() {
        left.disarm();
    }
    Ok(Tried { bridge, host })
}

/// The usual limits, and the last of the CPUs that this process may use: where instances run as well.
fn conditions() -> Conditions {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let run = format!("probe-{}-{now:x}", std::process::id());
    let run = run.parse().unwrap_or(plimsoll_model::RunId::known("probe"));
    let instance_cpus = last_cpu().into_iter().collect();
    Conditions { limits: Limits::default(), instance_cpus, owner: Owner::current(run) }
}

#[cfg(target_os = "linux")]
fn last_cpu() -> Option<u32> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).ok()?;
    (0..CpuSet::MAX_CPU).rev().find(|cpu| set.is_set(*cpu)).and_then(|cpu| u32::try_from(cpu).ok())
}

#[cfg(not(target_os = "linux"))]
const fn last_cpu() -> Option<u32> {
    None
}

/// One network that is tried.
struct Trying<'a> {
    daemon: &'a Daemon,
    lane: Lane,
    image: Image,
    conditions: &'a Conditions,
    attendants: Attendants,
    rootless: bool,
    /// The containers that were made for it.
    begun: Mutex<Vec<String>>,
    /// Whether its time is over, so that nothing more is begun.
    is_over: AtomicBool,
}

/// Why a container was not seen at work.
enum NotSeen {
    /// Its port was taken meanwhile.
    Taken(DockerError),
    Hindered(Hindrance),
}

impl NotSeen {
    /// On the host's network the program itself finds that somebody was at its address first.
    fn of(hindrance: Hindrance, network: Network, address: SocketAddr) -> Self {
        match hindrance {
            Hindrance::Ended { code: ADDRESS_TAKEN, .. } if network == Network::Host => {
                let message = "a container on the host's network found somebody there".to_owned();
                Self::Taken(DockerError::Taken { name: address.to_string(), message })
            }
            other => Self::Hindered(other),
        }
    }
}

impl From<Hindrance> for NotSeen {
    fn from(hindrance: Hindrance) -> Self {
        Self::Hindered(hindrance)
    }
}

impl Trying<'_> {
    /// A runtime may hang on one network without a word.
    async fn in_time(self) -> Result<Sight, Hindrance> {
        let mut trying = pin!(self.carry_out());
        if let Ok(tried) = timeout(LIMIT, &mut trying).await {
            return tried;
        }
        self.is_over.store(true, Ordering::Relaxed);
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).clone();
        begun.iter().for_each(|container| forced::end(container));
        // What waited for it goes on, and removes it.
        let _ = timeout(ENDING_LIMIT, trying).await;
        Err(Hindrance::TooSlow { after_s: LIMIT.as_secs() })
    }

    /// As the engine does it by itself, so that its default shows. One whose own init process does not start is tried
    /// without, as the lanes' containers are made.
    async fn carry_out(&self) -> Result<Sight, Hindrance> {
        if self.lane.network() == Network::Bridge && self.has_no_bridge().await {
            return Err(Hindrance::NoBridge);
        }
        match self.on_a_free_port(None).await {
            Err(refusal @ Hindrance::Refused { call, .. })
                if call == Call::START.name && !self.is_over.load(Ordering::Relaxed) =>
            {
                let without = self.on_a_free_port(Some(false)).await;
                without.map(|sight| Sight { init: true, ..sight }).map_err(|_| refusal)
            }
            other => other,
        }
    }

    async fn has_no_bridge(&self) -> bool {
        let inspected = self.daemon.client.inspect_network(Network::Bridge.mode(), None);
        self.daemon.call(Call::INSPECT, inspected).await.is_err_and(|error| error.status() == Some(404))
    }

    async fn on_a_free_port(&self, init: Option<bool>) -> Result<Sight, Hindrance> {
        let mut number = if init.is_none() { 0 } else { PORTS };
        let last = number + PORTS;
        loop {
            number += 1;
            match self.once(number, init).await {
                Ok(sight) => return Ok(sight),
                Err(NotSeen::Hindered(hindrance)) => return Err(hindrance),
                Err(NotSeen::Taken(error)) if number == last => return Err(Hindrance::of(error)),
                Err(NotSeen::Taken(_)) => {}
            }
        }
    }

    fn recipe(&self, port: u16) -> Recipe {
        let mut args = vec![ENTRYPOINT.to_owned()];
        args.extend(match self.lane.network() {
            Network::Bridge => vec![INNER_PORT_NUMBER.to_string()],
            Network::Host => vec![port.to_string(), "loopback".to_owned()],
        });
        Recipe {
            lane: self.lane.clone(),
            image: self.image.clone(),
            listen: Some(Listen::default()),
            ready: None,
            args,
            stdin: None,
            folders: Vec::new(),
            environment: BTreeMap::new(),
            conditions: self.conditions.clone(),
            inner_port: INNER_PORT_NUMBER,
            foreign: None,
        }
    }

    async fn once(&self, number: u32, init: Option<bool>) -> Result<Sight, NotSeen> {
        let daemon = self.daemon;
        let address = free_address().map_err(|source| Hindrance::Failed(DockerError::Port { source }))?;
        let recipe = self.recipe(address.port());
        let mut body = recipe.body(Some(address.port()));
        body.host_config = body.host_config.map(|config| HostConfig { init, ..config });
        let name = recipe.name(number);
        let mut leftover = Leftover::guard(daemon.clone(), name.clone(), &self.conditions.owner);
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let created = daemon.call(Call::CREATE, daemon.client.create_container(Some(options), body)).await;
        let container = created.map_err(Hindrance::of)?.id;
        leftover.created();
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).push(container.clone());
        let started = daemon.call(Call::START, daemon.client.start_container(&container, None)).await;
        let seen = match started {
            Ok(()) => self
                .look(&container, address)
                .await
                .map_err(|hindrance| NotSeen::of(hindrance, self.lane.network(), address)),
            Err(error) => match (recipe.explain_start(error, Some(address.port())), self.lane.runtime()) {
                (taken @ DockerError::Taken { .. }, _) => Err(NotSeen::Taken(taken)),
                (DockerError::NotExecutable { message, .. }, runtime) if !runtime.is_empty() => {
                    // The program is ours and sound: it is the runtime that is not.
                    Err(Hindrance::Refused { call: Call::START.name, message }.into())
                }
                (other, _) => Err(Hindrance::of(other).into()),
            },
        };
        // One that can't be removed now is tried once more when the guard is dropped.
        let _ = leftover.remove().await;
        seen
    }

    async fn look(&self, container: &str, address: SocketAddr) -> Result<Sight, Hindrance> {
        let daemon = self.daemon;
        let answered = answer(address).await;
        let inspected = daemon.call(Call::INSPECT, daemon.client.inspect_container(container, None));
        let ContainerInspectResponse { state, host_config, .. } = inspected.await.map_err(Hindrance::of)?;
        let state = state.unwrap_or_default();
        let Some(inner_pid) = answered else {
            return Err(match state.running {
                Some(false) => Hindrance::Ended {
                    code: state.exit_code.unwrap_or_default(),
                    error: state.error.unwrap_or_default(),
                },
                _ => Hindrance::Unreached { address: address.to_string(), rootless: self.rootless },
            });
        };
        let pid = state.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|&pid| pid > 0);
        let published = (self.lane.network() == Network::Bridge).then_some(address.port());
        let kin = pid.and_then(|_| Kin::find(container, pid, published, self.attendants.engine));
        let shim = kin.as_ref().and_then(|kin| kin.shim);
        let ran = shim.filter(|_| !self.lane.runtime().is_empty()).and_then(Shim::runtime);
        if let Some(ran) = ran.filter(|ran| ran != self.lane.runtime()) {
            return Err(Hindrance::OtherRuntime { asked: self.lane.runtime().to_owned(), ran });
        }
        let mut host = host_config.unwrap_or_default();
        let log = host.log_config.take();
        let mut writable: Vec<String> = host.tmpfs.unwrap_or_default().into_keys().collect();
        writable.sort();
        Ok(Sight {
            proxied: match daemon.kind() {
                EngineKind::Docker => {
                    kin.as_ref().zip(self.attendants.engine).map(|(kin, _)| !kin.proxies.is_empty())
                }
                // What carries a port there, if anything does, is not told from its other helpers.
                EngineKind::Podman => None,
            },
            shim: shim.map(|shim| shim.shown),
            init: inner_pid != 1,
            gaps: match pid {
                Some(pid) if kin.is_some() => limits::gaps(pid, container, self.conditions),
                _ => Vec::new(),
            },
            log_bounded: log.as_ref().is_some_and(|log| log.config.as_ref().is_some_and(is_bounded)),
            log: log.and_then(|log| log.typ).filter(|name| !name.is_empty()),
            writable,
        })
    }
}

/// Whether a log is held to the size that it was asked for.
fn is_bounded(config: &HashMap<String, String>) -> bool {
    config.contains_key(LOG_SIZE)
}

/// The process id that the prober tells of itself; `None` where it does not answer in time.
async fn answer(address: SocketAddr) -> Option<u64> {
    debug_assert_eq!(address.ip(), Ipv4Addr::LOCALHOST, "ports are published there alone");
    let deadline = Instant::now() + ANSWER_LIMIT;
    loop {
        if let Ok(Some(pid)) = timeout(CONNECTION_LIMIT, ask(address)).await {
            return Some(pid);
        }
        if Instant::now() >= deadline {
            return None;
        }
        sleep(STEP).await;
    }
}

async fn ask(address: SocketAddr) -> Option<u64> {
    let mut connection = TcpStream::connect(address).await.ok()?;
    let mut answer = [0; 16];
    connection.read_exact(&mut answer).await.ok()?;
    let (greeting, pid) = answer.split_first_chunk::<8>()?;
    (*greeting == GREETING).then_some(u64::from_le_bytes(pid.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_is_tried_again_elsewhere_and_any_other_end_is_told() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let of =
            |code, network| NotSeen::of(Hindrance::Ended { code, error: String::new() }, network, address);
        assert!(matches!(of(98, Network::Host), NotSeen::Taken(_)));
        assert!(matches!(of(97, Network::Host), NotSeen::Hindered(_)));
        assert!(matches!(of(98, Network::Bridge), NotSeen::Hindered(_)));
    }
}
