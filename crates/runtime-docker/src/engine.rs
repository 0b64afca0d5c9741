use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_model::{Availability, Held};
use plimsoll_runtime::{Ongoing, RuntimeError, Swept, UnseenPart};
use tokio::sync::OnceCell;

use crate::daemon::{Call, Daemon};
use crate::endpoint::Endpoint;
use crate::engine_choice::EngineChoice;
use crate::engine_kind::EngineKind;
use crate::findings::Findings;
use crate::found_port::KnownPorts;
use crate::lane::PODMAN;
use crate::named_by::NamedBy;
use crate::podman::PodmanSaid;
use crate::pull::Pulls;
use crate::shared::Shared;
use crate::sizes::KnownSizes;
use crate::target::EngineNamed;
use crate::{DockerError, probe, sweep};

/// An engine that lanes of the family run their containers in. What has answered once is not asked again.
#[derive(Default)]
pub(crate) struct Engine {
    choice: EngineChoice,
    /// Who says its address, where the choice is one.
    named: NamedBy,
    daemon: OnceCell<Daemon>,
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
    pub(crate) fn of(choice: EngineChoice, named: NamedBy) -> Self {
        Self { choice, named, ..Self::default() }
    }

    /// The engine, asked for its version at the first call.
    pub(crate) async fn daemon(&self) -> Result<&Daemon, DockerError> {
        let connect = || async {
            match &self.choice {
                EngineChoice::Usual => Daemon::connect(EngineNamed::of_user()?).await,
                EngineChoice::At(host) => Daemon::connect(EngineNamed::at(host, self.named.clone())?).await,
                EngineChoice::Podman => {
                    let said = PodmanSaid::of(|name| std::env::var_os(name));
                    let connected = Daemon::connect(EngineNamed::of_podman(&said)?).await;
                    connected.map_err(|error| said.explain(error))
                }
            }
        };
        self.daemon.get_or_try_init(connect).await
    }

    pub(crate) async fn availability(&self) -> Result<Availability, DockerError> {
        let daemon = self.daemon().await?;
        let (version, kind) = (&daemon.version, daemon.kind().name());
        let system = version.os.as_deref().unwrap_or_default();
        if system != "linux" {
            return Ok(Availability::Unavailable {
                problem: format!("the {kind} engine at `{}` runs {system} containers", daemon.endpoint),
                remedy: "switch it to Linux containers".to_owned(),
            });
        }
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "of unknown version".to_owned());
        let context = daemon.named.context().map_or_else(String::new, |name| format!(", context `{name}`"));
        let (name, api) = (known(&version.version), known(&version.api_version));
        let secured = if matches!(*daemon.endpoint, Endpoint::Tls(..)) { " over TLS" } else { "" };
        let detail = format!("{kind} {name}, API {api}, at `{}`{secured}{context}", daemon.endpoint);
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
        let registered = info.runtimes.into_iter().flatten();
        // Podman lists what it could use, whether that is installed or not.
        let is_here =
            |path: Option<String>| daemon.kind() == EngineKind::Docker || is_installed(path.as_deref());
        let here = registered.filter(|(_, runtime)| is_here(runtime.path.clone()));
        let mut names: Vec<String> = here.map(|(name, _)| name).filter(is_other).collect();
        names.sort();
        Ok(names)
    }

    pub(crate) async fn versions(&self) -> Result<BTreeMap<String, String>, DockerError> {
        let daemon = self.daemon().await?;
        let (version, kind) = (&daemon.version, daemon.kind());
        let system = daemon.call(Call::INFO, daemon.client.info()).await?;
        let mut versions: BTreeMap<_, _> =
            version.components.iter().flatten().filter_map(|part| kind.version_of(part)).collect();
        let cgroup_driver = system.cgroup_driver.map(|driver| driver.to_string());
        let own = kind.part();
        for (name, value) in [
            (own.to_owned(), version.version.clone()),
            (format!("{own}-api"), version.api_version.clone()),
            (format!("{own}-storage"), system.driver),
            (format!("{own}-cgroup-driver"), cgroup_driver),
            (format!("{own}-endpoint"), Some(daemon.endpoint.to_string())),
            (format!("{own}-context"), daemon.named.context().map(str::to_owned)),
        ] {
            versions.extend(value.map(|value| (name, value)));
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

    /// Where no engine is installed there is nothing to sweep. What Podman has can't be looked into while its service is not
    /// there.
    pub(crate) async fn sweep(&self) -> Result<Swept, RuntimeError> {
        match self.daemon().await {
            Ok(daemon) => Ok(sweep::sweep(daemon).await?),
            Err(error) if self.choice == EngineChoice::Podman => {
                let part = UnseenPart {
                    lane: PODMAN,
                    problem: error.trouble(),
                    remedy: error.remedy(&self.choice).into_owned(),
                };
                let is_here = PodmanSaid::of(|name| std::env::var_os(name)).is_here();
                Ok(Swept { unseen: is_here.then_some(part).into_iter().collect(), ..Swept::default() })
            }
            Err(DockerError::Absent { .. }) => Ok(Swept::default()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a runtime is where the engine says, or where programs are looked for.
fn is_installed(path: Option<&str>) -> bool {
    let Some(path) = path.map(Path::new) else { return false };
    let searched = std::env::var_os("PATH").unwrap_or_default();
    let named = path.file_name().into_iter();
    let found = named.flat_map(|name| std::env::split_paths(&searched).map(move |folder| folder.join(name)));
    path.is_file() || found.into_iter().any(|file| file.is_file())
}
