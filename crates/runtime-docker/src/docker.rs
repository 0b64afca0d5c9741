use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use plimsoll_model::{Availability, Form, Held, LaneRecord, LaneSpec, Workload};
use plimsoll_runtime::{BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Swept, Unfit, artifact_of};
use tokio::sync::OnceCell;

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::endpoint::Endpoint;
use crate::network::Network;
use crate::prepared::DockerPrepared;
use crate::sweep;

/// The Docker engine with one way to reach the network: lane `docker` or `docker+hostnet`.
pub struct Docker {
    network: Network,
    /// Instead of `DOCKER_HOST`.
    host: Option<String>,
    daemon: OnceCell<Daemon>,
    images: AtomicU32,
    containers: Arc<AtomicU32>,
}

impl Docker {
    /// Lane `docker`: the default bridge, a service's port published on 127.0.0.1 only.
    #[must_use]
    pub fn bridge() -> Self {
        Self::on(Network::Bridge)
    }

    /// Lane `docker+hostnet`: the host's network.
    #[must_use]
    pub fn hostnet() -> Self {
        Self::on(Network::Host)
    }

    /// The same lane on the engine at `host`, e.g. `unix:///run/docker.sock`, whatever `DOCKER_HOST` says.
    #[must_use]
    pub fn at(self, host: impl Into<String>) -> Self {
        Self { host: Some(host.into()), daemon: OnceCell::new(), ..self }
    }

    fn on(network: Network) -> Self {
        Self {
            network,
            host: None,
            daemon: OnceCell::new(),
            images: AtomicU32::new(0),
            containers: Arc::default(),
        }
    }

    /// The engine, asked for its version at the first call.
    async fn daemon(&self) -> Result<&Daemon, DockerError> {
        let connect = || async {
            let endpoint = match &self.host {
                Some(host) => Endpoint::parse(host)?,
                None => Endpoint::from_environment()?,
            };
            Daemon::connect(endpoint).await
        };
        self.daemon.get_or_try_init(connect).await
    }

    async fn find_available(&self) -> Result<Availability, DockerError> {
        let daemon = self.daemon().await?;
        let version = daemon.call(Call::VERSION, daemon.client.version()).await?;
        let system = version.os.unwrap_or_default();
        if system != "linux" {
            return Ok(Availability::Unavailable {
                problem: format!("the Docker engine at `{}` runs {system} containers", daemon.endpoint),
                remedy: "switch it to Linux containers".to_owned(),
            });
        }
        let known = |text: Option<String>| text.unwrap_or_else(|| "of unknown version".to_owned());
        let detail = format!("Docker {}, API {}", known(version.version), known(version.api_version));
        Ok(Availability::Available { detail })
    }

    async fn find_versions(&self) -> Result<BTreeMap<String, String>, DockerError> {
        let daemon = self.daemon().await?;
        let version = daemon.call(Call::VERSION, daemon.client.version()).await?;
        let system = daemon.call(Call::INFO, daemon.client.info()).await?;
        let mut versions = BTreeMap::new();
        for component in version.components.unwrap_or_default() {
            if matches!(component.name.as_str(), "containerd" | "runc") {
                versions.insert(component.name, component.version);
            }
        }
        let cgroup_driver = system.cgroup_driver.map(|driver| driver.to_string());
        for (name, value) in [
            ("docker", version.version),
            ("docker-api", version.api_version),
            ("docker-storage", system.driver),
            ("docker-cgroup-driver", cgroup_driver),
        ] {
            versions.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(versions)
    }

    async fn find_held(&self) -> Result<Option<Held>, DockerError> {
        let daemon = self.daemon().await?;
        let system = daemon.call(Call::INFO, daemon.client.info()).await?;
        let count = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let held = count(system.containers).zip(count(system.images));
        Ok(held.map(|(containers, images)| Held { containers, images }))
    }
}

impl Runtime for Docker {
    fn spec(&self) -> LaneSpec {
        self.network.spec()
    }

    fn record(&self) -> LaneRecord {
        self.network.record()
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            self.find_available().await.unwrap_or_else(|error| Availability::Unavailable {
                problem: error.to_string(),
                remedy: error.remedy().to_owned(),
            })
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { self.find_versions().await.unwrap_or_default() })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { self.find_held().await.ok().flatten() })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w plimsoll_model::Artifact, Unfit> {
        artifact_of(workload, Form::Binary)
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async {
            let binary = self.accepts(workload)?.file();
            let daemon = self.daemon().await?.clone();
            let number = self.images.fetch_add(1, Ordering::Relaxed);
            let containers = Arc::clone(&self.containers);
            let prepared = DockerPrepared::prepare(
                daemon,
                self.network,
                binary,
                workload,
                conditions,
                number,
                containers,
            );
            let prepared: Box<dyn Prepared> = Box::new(prepared.await?);
            Ok(prepared)
        })
    }

    /// Where no engine is installed there is nothing to sweep.
    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async {
            match self.daemon().await {
                Ok(daemon) => Ok(sweep::sweep(daemon).await?),
                Err(DockerError::Absent { .. }) => Ok(Swept::default()),
                Err(error) => Err(error.into()),
            }
        })
    }
}
