use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::models::SystemVersion;
use plimsoll_model::{Availability, Held};
use plimsoll_runtime::{Ongoing, RuntimeError, Swept};
use tokio::sync::OnceCell;

use crate::daemon::{Call, Daemon};
use crate::findings::Findings;
use crate::found_port::KnownPorts;
use crate::pull::Pulls;
use crate::shared::Shared;
use crate::sizes::KnownSizes;
use crate::target::EngineNamed;
use crate::{DockerError, probe, sweep};

/// The engine that every lane of the family runs its containers in. What has answered once is not asked again.
#[derive(Default)]
pub(crate) struct Engine {
    /// Instead of the one that the user's environment and settings name.
    host: Option<String>,
    daemon: OnceCell<Daemon>,
    version: OnceCell<SystemVersion>,
    /// By the runtime that it was tried with; the default one has no name.
    found: Mutex<BTreeMap<String, OneTry>>,
    /// What it pulled for us.
    pub(crate) pulls: Pulls,
    /// The sizes of images that it has.
    pub(crate) sizes: KnownSizes,
    /// Where images' services listen.
    pub(crate) ports: KnownPorts,
    /// What was made here for several lanes.
    pub(crate) shared: Shared,
    /// What it does for us just now.
    pub(crate) ongoing: Ongoing,
}

/// What one try of the engine told, or will tell.
pub(crate) type OneTry = Arc<OnceCell<Findings>>;

/// What engines list beside `runc`, and what is `runc` again.
const SAME_AS_RUNC: [&str; 2] = ["io.containerd.runc.", "io.containerd.runtime.v1."];

impl Engine {
    pub(crate) fn at(host: Option<String>) -> Self {
        Self { host, ..Self::default() }
    }

    /// The engine, asked for its version at the first call.
    pub(crate) async fn daemon(&self) -> Result<&Daemon, DockerError> {
        let connect = || async {
            let target = match &self.host {
                Some(host) => EngineNamed::at(host)?,
                None => EngineNamed::of_user()?,
            };
            Daemon::connect(target).await
        };
        self.daemon.get_or_try_init(connect).await
    }

    async fn version(&self, daemon: &Daemon) -> Result<&SystemVersion, DockerError> {
        self.version.get_or_try_init(|| daemon.call(Call::VERSION, daemon.client.version())).await
    }

    pub(crate) async fn availability(&self) -> Result<Availability, DockerError> {
        let daemon = self.daemon().await?;
        let version = self.version(daemon).await?;
        let system = version.os.as_deref().unwrap_or_default();
        if system != "linux" {
            return Ok(Availability::Unavailable {
                problem: format!("the Docker engine at `{}` runs {system} containers", daemon.endpoint),
                remedy: "switch it to Linux containers".to_owned(),
            });
        }
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "of unknown version".to_owned());
        let context = daemon.context.as_ref().map_or_else(String::new, |name| format!(", context `{name}`"));
        let (name, api) = (known(&version.version), known(&version.api_version));
        let detail = format!("Docker {name}, API {api}, at `{}`{context}", daemon.endpoint);
        Ok(Availability::Available { detail })
    }

    /// What trying it told. It is tried once; but who was `refused` by one try begins another, for somebody may have
    /// mended the engine meanwhile.
    pub(crate) async fn tried(&self, runtime: &str, refused: Option<&OneTry>) -> Result<OneTry, DockerError> {
        let daemon = self.daemon().await?;
        let found = {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            let found = found.entry(runtime.to_owned()).or_default();
            if refused.is_some_and(|refused| Arc::ptr_eq(refused, found)) {
                *found = Arc::default();
            }
            Arc::clone(found)
        };
        found.get_or_init(|| probe::probe(daemon, runtime)).await;
        Ok(found)
    }

    /// What trying it with this runtime told last; empty where it was not tried.
    pub(crate) fn found(&self, runtime: &str) -> OneTry {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(runtime).cloned().unwrap_or_default()
    }

    /// What runs containers where that is asked for, by the names that it is registered under: all but the default.
    pub(crate) async fn runtimes(&self) -> Result<Vec<String>, DockerError> {
        let daemon = self.daemon().await?;
        let info = daemon.call(Call::RUNTIMES, daemon.client.info()).await?;
        let default = info.default_runtime.unwrap_or_default();
        let is_other =
            |name: &String| *name != default && !SAME_AS_RUNC.iter().any(|same| name.starts_with(same));
        let mut names: Vec<String> = info.runtimes.into_iter().flatten().map(|(name, _)| name).collect();
        names.retain(is_other);
        names.sort();
        Ok(names)
    }

    pub(crate) async fn versions(&self) -> Result<BTreeMap<String, String>, DockerError> {
        let daemon = self.daemon().await?;
        let version = self.version(daemon).await?.clone();
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
            ("docker-endpoint", Some(daemon.endpoint.to_string())),
            ("docker-context", daemon.context.as_deref().map(str::to_owned)),
        ] {
            versions.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(versions)
    }

    pub(crate) async fn held(&self) -> Result<Option<Held>, DockerError> {
        let daemon = self.daemon().await?;
        let system = daemon.call(Call::INFO, daemon.client.info()).await?;
        let count = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let held = count(system.containers).zip(count(system.images));
        Ok(held.map(|(containers, images)| Held { containers, images }))
    }

    /// Where no engine is installed there is nothing to sweep.
    pub(crate) async fn sweep(&self) -> Result<Swept, RuntimeError> {
        match self.daemon().await {
            Ok(daemon) => Ok(sweep::sweep(daemon).await?),
            Err(DockerError::Absent { .. }) => Ok(Swept::default()),
            Err(error) => Err(error.into()),
        }
    }
}
