use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, PortBinding};
use plimsoll_model::{Exchange, FolderGrant, Limits, Listen, Workload};
use plimsoll_runtime::Conditions;

use crate::foreign::Foreign;
use crate::image::{ENTRYPOINT, Image};
use crate::image_problem::ImageProblem;
use crate::lane::Lane;
use crate::network::Network;
use crate::{DockerError, OWNER_LABEL};

/// The port a service of ours listens on inside its own network namespace, and any other is told first.
pub(crate) const INNER_PORT_NUMBER: u16 = 8080;

/// What stands in front of the name of every container of ours.
pub(crate) const OURS: &str = "plimsoll-";

/// The engine's log of one container. The driver is the default one; only its size is bounded.
pub(crate) const LOG_SIZE: &str = "max-size";
const LOG_BYTES: &str = "10m";

/// What the containers of one image have in common.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) lane: Lane,
    pub(crate) image: Image,
    /// How a service is told where to listen; `None` for a command.
    pub(crate) listen: Option<Listen>,
    /// What makes a service ready; `None` for a command.
    pub(crate) ready: Option<Exchange>,
    pub(crate) args: Vec<String>,
    /// What a command is given on standard input.
    pub(crate) stdin: Option<Arc<[u8]>>,
    /// Folders that it sees.
    pub(crate) folders: Vec<FolderGrant>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) conditions: Conditions,
    /// The port a service listens on inside its own network namespace.
    pub(crate) inner_port: u16,
    /// Where somebody else made the image.
    pub(crate) foreign: Option<Foreign>,
}

impl Recipe {
    pub(crate) fn new(lane: &Lane, image: Image, workload: &Workload, conditions: &Conditions) -> Self {
        Self {
            lane: lane.clone(),
            image,
            listen: workload.job.listen().cloned(),
            ready: workload.job.service().map(|service| service.ready.clone()),
            args: workload.job.arguments().to_vec(),
            stdin: workload.job.stdin().cloned(),
            folders: workload.grants.folders.clone(),
            environment: workload.grants.environment.clone(),
            conditions: conditions.clone(),
            inner_port: INNER_PORT_NUMBER,
            foreign: None,
        }
    }

    /// The name of the `number`th container.
    pub(crate) fn name(&self, number: u32) -> String {
        let run = self.conditions.owner.run.as_str().replace('+', ".");
        format!("{OURS}{run}-{}-{number}", self.lane.name_part())
    }

    /// The request that creates a container; `port` is where its service can be reached.
    pub(crate) fn body(&self, port: Option<u16>) -> ContainerCreateBody {
        let published = port.filter(|_| self.lane.network() == Network::Bridge);
        let address = port.map(|port| match self.lane.network() {
            Network::Bridge => SocketAddr::from((Ipv4Addr::UNSPECIFIED, self.inner_port)),
            Network::Host => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        });
        self.request(address, published)
    }

    /// The same on the bridge without a published port: its service is told one that is expected, or the usual one.
    pub(crate) fn unpublished(&self, port: Option<u16>) -> ContainerCreateBody {
        let port = port.unwrap_or(INNER_PORT_NUMBER);
        self.request(Some(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))), None)
    }

    /// The same of whatever it is, to see whether the engine takes it. A service is told an address: its arguments may be
    /// all that it is called by.
    pub(crate) fn trial(&self) -> ContainerCreateBody {
        if self.listen.is_some() { self.unpublished(None) } else { self.request(None, None) }
    }

    /// The first word that a command is called by, where that is known.
    pub(crate) fn called(&self) -> Option<String> {
        match (&self.listen, &self.foreign) {
            (Some(_), _) => None,
            (None, None) => Some(ENTRYPOINT.to_owned()),
            (None, Some(foreign)) => foreign.called(&self.trial()),
        }
    }

    fn request(&self, address: Option<SocketAddr>, published: Option<u16>) -> ContainerCreateBody {
        let is_command = self.listen.is_none();
        let has_input = self.stdin.is_some();
        let told = self.listen.as_ref().zip(address).map(|(listen, address)| listen.told(address));
        let (mut args, mut environment) = (self.args.clone(), self.environment.clone());
        if let Some(told) = told {
            environment = told.beside(&self.environment);
            args.extend(told.arguments);
        }
        let environment = environment.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut body = ContainerCreateBody {
            image: Some(self.image.id.clone()),
            env: Some(environment),
            attach_stdin: Some(has_input),
            open_stdin: Some(has_input),
            // It ends with the one connection that gives it.
            stdin_once: Some(has_input),
            attach_stdout: Some(is_command),
            attach_stderr: Some(is_command),
            exposed_ports: published.map(|_| vec![self.inner()]),
            labels: Some([(OWNER_LABEL.to_owned(), self.conditions.owner.label())].into()),
            host_config: Some(self.host_config(published)),
            ..Default::default()
        };
        match &self.foreign {
            Some(foreign) => foreign.shape(&mut body, args, !is_command),
            None => body.cmd = (!args.is_empty()).then_some(args),
        }
        body
    }

    /// The inner port as the engine writes it.
    fn inner(&self) -> String {
        format!("{}/tcp", self.inner_port)
    }

    fn host_config(&self, published: Option<u16>) -> HostConfig {
        let Limits { cpu_milli, memory_bytes, pids, .. } = self.conditions.limits;
        let memory = i64::try_from(memory_bytes).unwrap_or(i64::MAX);
        let cpus: Vec<String> = self.conditions.instance_cpus.iter().map(u32::to_string).collect();
        HostConfig {
            nano_cpus: Some(i64::from(cpu_milli) * 1_000_000),
            cpuset_cpus: (!cpus.is_empty()).then(|| cpus.join(",")),
            memory: Some(memory),
            // The sum of memory and swap: none of it may be swapped out.
            memory_swap: Some(memory),
            pids_limit: Some(i64::from(pids)),
            runtime: (!self.lane.runtime().is_empty()).then(|| self.lane.runtime().to_owned()),
            network_mode: Some(self.lane.network().mode().to_owned()),
            port_bindings: published.map(|port| {
                let binding =
                    PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(port.to_string()) };
                HashMap::from([(self.inner(), Some(vec![binding]))])
            }),
            // Whatever the engine does by default: the process that is measured is the workload's.
            init: Some(false),
            readonly_rootfs: Some(true),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some([(LOG_SIZE.to_owned(), LOG_BYTES.to_owned())].into()),
            }),
            ..Default::default()
        }
    }

    /// What the engine's answer to a start means: it tells a taken port and a broken binary only in words.
    pub(crate) fn explain_start(&self, error: DockerError, port: Option<u16>) -> DockerError {
        let DockerError::Api { call, status, message } = error else { return error };
        let image = self.image.tag.clone();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        match port {
            Some(port) if says(&["port is already allocated", "address already in use"]) => {
                DockerError::Taken { name: format!("127.0.0.1:{port}"), message }
            }
            _ if self.foreign.is_some() => match ImageProblem::of_start(&message) {
                Some(problem) => DockerError::Image { image, problem },
                None => DockerError::Api { call, status, message },
            },
            _ if says(&["exec format error", "no such file or directory", "exec user process"]) => {
                DockerError::NotExecutable { image, message }
            }
            _ => DockerError::Api { call, status, message },
        }
    }

    /// What its answer to a creation means.
    pub(crate) fn explain_create(&self, error: DockerError) -> DockerError {
        if self.foreign.is_some() { self.explain_start(error, None) } else { error }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{FailureKind, RunId};
    use plimsoll_runtime::Owner;

    use super::*;

    fn recipe(network: Network) -> Recipe {
        Recipe {
            lane: Lane::to_try(network, ""),
            image: Image { id: "sha256:0".to_owned(), tag: "plimsoll/a:b".to_owned() },
            listen: Some(Listen::default()),
            ready: None,
            args: Vec::new(),
            stdin: None,
            folders: Vec::new(),
            environment: [("A".to_owned(), "b".to_owned())].into(),
            inner_port: INNER_PORT_NUMBER,
            foreign: None,
            conditions: Conditions {
                limits: Limits::default(),
                instance_cpus: vec![1, 3],
                owner: Owner::current(RunId::known("run+1")),
            },
        }
    }

    #[test]
    fn the_port_is_published_on_loopback_alone() {
        let body = recipe(Network::Bridge).body(Some(4000));
        let host = body.host_config.unwrap();
        let binding = host.port_bindings.unwrap().remove("8080/tcp").flatten().unwrap();
        assert_eq!(binding[0].host_ip.as_deref(), Some("127.0.0.1"));
        assert_eq!(body.env.unwrap(), ["A=b", "PLIMSOLL_LISTEN=0.0.0.0:8080", "PORT=8080"]);
    }

    #[test]
    fn on_the_host_s_network_the_service_itself_listens_on_loopback() {
        let body = recipe(Network::Host).body(Some(4000));
        assert_eq!(body.env.unwrap()[1], "PLIMSOLL_LISTEN=127.0.0.1:4000");
        let host = body.host_config.unwrap();
        assert_eq!((host.port_bindings, host.network_mode.as_deref()), (None, Some("host")));
    }

    #[test]
    fn the_limits_are_the_conditions() {
        let host = recipe(Network::Host).body(None).host_config.unwrap();
        assert_eq!(host.nano_cpus, Some(1_000_000_000));
        assert_eq!((host.memory, host.memory_swap), (Some(256 << 20), Some(256 << 20)));
        assert_eq!((host.pids_limit, host.cpuset_cpus.as_deref()), (Some(512), Some("1,3")));
    }

    #[test]
    fn names_differ_by_lane_and_number_and_have_no_plus() {
        assert_eq!(recipe(Network::Bridge).name(3), "plimsoll-run.1-docker-3");
        assert_eq!(recipe(Network::Host).name(3), "plimsoll-run.1-docker.hostnet-3");
    }

    #[test]
    fn a_refused_start_is_told_apart_by_its_words() {
        let explain = |message: &str| {
            let error =
                DockerError::Api { call: "container start", status: 500, message: message.to_owned() };
            recipe(Network::Bridge).explain_start(error, Some(4000)).kind()
        };
        assert_eq!(
            explain("Bind for 127.0.0.1:4000 failed: port is already allocated"),
            FailureKind::Conflict
        );
        assert_eq!(explain("exec /workload: exec format error"), FailureKind::BadArtifact);
        assert_eq!(explain("something else"), FailureKind::RuntimeLost);
    }
}
