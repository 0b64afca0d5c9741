use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bollard::errors::Error as ApiError;
use bollard::models::SystemVersion;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker as Client};
use tokio::time::timeout;

use crate::DockerError;
use crate::bridge::Bridge;
use crate::endpoint::Endpoint;
use crate::engine_kind::EngineKind;
use crate::keys::ClientKeys;
use crate::named_by::NamedBy;
use crate::target::EngineNamed;

/// The longest limit below; the client's own limit stands above it, so that ours decides.
const LONGEST_SECONDS: u64 = 600;

/// How much longer the first call may take where `ssh` has to find its way.
const OVER_SSH: Duration = Duration::from_secs(12);

/// The headers that carry logins.
const LOGINS: [&str; 2] = ["x-registry-auth", "x-registry-config"];

/// A call to the engine, with the time it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The call as the engine's documentation names it.
    pub(crate) name: &'static str,
    /// Hard limit. An idle engine takes a thousandth of it.
    pub(crate) limit: Duration,
}

impl Call {
    pub(crate) const VERSION: Self = Self::within("version", 3);
    pub(crate) const INFO: Self = Self::within("info", 10);
    /// The same, where nobody waits for it who has not something else to do.
    pub(crate) const RUNTIMES: Self = Self::within("info", 3);
    pub(crate) const LIST: Self = Self::within("list", 10);
    pub(crate) const INSPECT: Self = Self::within("inspect", 10);
    pub(crate) const BUILD: Self = Self::within("build", 300);
    pub(crate) const BUILD_FOLDER: Self = Self::within("build", 599);
    pub(crate) const IMPORT: Self = Self::within("image create", 60);
    pub(crate) const PULL: Self = Self::within("image pull", 599);
    pub(crate) const LOAD: Self = Self::within("image load", 599);
    pub(crate) const TAG: Self = Self::within("image tag", 10);
    pub(crate) const EXPORT: Self = Self::within("image get", 120);
    pub(crate) const CREATE: Self = Self::within("container create", 30);
    pub(crate) const ATTACH: Self = Self::within("container attach", 10);
    pub(crate) const START: Self = Self::within("container start", 60);
    pub(crate) const PAUSE: Self = Self::within("container pause", 10);
    pub(crate) const UNPAUSE: Self = Self::within("container unpause", 10);
    pub(crate) const EXEC_CREATE: Self = Self::within("exec create", 30);
    pub(crate) const EXEC_START: Self = Self::within("exec start", 60);
    pub(crate) const EXEC_INSPECT: Self = Self::within("exec inspect", 10);
    pub(crate) const STOP: Self = Self::within("container stop", 30);
    pub(crate) const LOGS: Self = Self::within("container logs", 10);
    pub(crate) const EVENTS: Self = Self::within("events", 3);
    pub(crate) const STATS: Self = Self::within("container stats", 10);
    pub(crate) const REMOVE: Self = Self::within("remove", 60);

    const fn within(name: &'static str, seconds: u64) -> Self {
        assert!(seconds < LONGEST_SECONDS, "the client would give up first");
        Self { name, limit: Duration::from_secs(seconds) }
    }

    /// The same call with more time.
    pub(crate) fn extended(self, by: Duration) -> Self {
        Self { limit: self.limit + by, ..self }
    }
}

/// An engine that has answered once.
#[derive(Clone)]
pub(crate) struct Daemon {
    pub(crate) client: Client,
    pub(crate) endpoint: Arc<Endpoint>,
    /// Who named it.
    pub(crate) named: Arc<NamedBy>,
    /// What carries its connections, where it is at the other end of `ssh`.
    _bridge: Option<Arc<Bridge>>,
    /// What it said of itself and its parts.
    pub(crate) version: Arc<SystemVersion>,
}

impl Daemon {
    /// Asks the engine for its version and speaks the newest one that both know.
    pub(crate) async fn connect(target: EngineNamed) -> Result<Self, DockerError> {
        let EngineNamed { endpoint, named } = target;
        let bridge = match &endpoint {
            Endpoint::Ssh(machine) => Some(
                Bridge::to(machine)
                    .map_err(|problem| DockerError::Bridge { host: endpoint.to_string(), problem })?,
            ),
            Endpoint::Unix(_) | Endpoint::Tcp(_) | Endpoint::Tls(..) => None,
        };
        let carried = bridge.as_ref().map(Bridge::socket);
        let client = match &endpoint {
            Endpoint::Unix(path) => {
                Client::connect_with_unix(&path.to_string_lossy(), LONGEST_SECONDS, API_DEFAULT_VERSION)
            }
            Endpoint::Ssh(_) => Client::connect_with_unix(
                &carried.unwrap_or_default().to_string_lossy(),
                LONGEST_SECONDS,
                API_DEFAULT_VERSION,
            ),
            Endpoint::Tls(address, ClientKeys { authority, certificate, key }) => Client::connect_with_ssl(
                &format!("tcp://{address}"),
                key,
                certificate,
                authority,
                LONGEST_SECONDS,
                API_DEFAULT_VERSION,
            ),
            Endpoint::Tcp(address) => {
                Client::connect_with_http(&format!("tcp://{address}"), LONGEST_SECONDS, API_DEFAULT_VERSION)
            }
        };
        let client = client.map_err(|error| DockerError::from_api("connect", &endpoint, &named, error))?;
        let client = client.with_request_modifier(with_readable_logins);
        let call = if bridge.is_some() { Call::VERSION.extended(OVER_SSH) } else { Call::VERSION };
        let negotiated = within(call, &endpoint, &named, client.negotiate_version()).await;
        let client = negotiated.map_err(|error| match bridge.as_ref().map(Bridge::complaints) {
            Some(message) if !message.is_empty() => DockerError::Ssh { host: endpoint.to_string(), message },
            _ => error.at_first(&endpoint, &named),
        })?;
        let version = Arc::new(within(call, &endpoint, &named, client.version()).await?);
        let (endpoint, named) = (Arc::new(endpoint), Arc::new(named));
        Ok(Self { client, endpoint, named, _bridge: bridge.map(Arc::new), version })
    }

    pub(crate) fn kind(&self) -> EngineKind {
        EngineKind::of(&self.version)
    }

    /// The same engine by connections of another runtime.
    pub(crate) async fn again(&self) -> Result<Self, DockerError> {
        let named = (*self.named).clone();
        Self::connect(EngineNamed { endpoint: (*self.endpoint).clone(), named }).await
    }

    /// Waits for a call's answer, but no longer than its limit.
    pub(crate) async fn call<T>(
        &self,
        call: Call,
        answer: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, DockerError> {
        within(call, &self.endpoint, &self.named, answer).await
    }

    pub(crate) fn error(&self, call: Call, error: ApiError) -> DockerError {
        DockerError::from_api(call.name, &self.endpoint, &self.named, error)
    }
}

/// The engine reads the alphabet of base64 that is meant for addresses, and the client writes the other one: a password
/// with `~`, `>` or `?` in it could be lost on the way.
fn with_readable_logins(mut request: BollardRequest) -> BollardRequest {
    for name in LOGINS {
        if let Some(value) = request.headers_mut().get_mut(name) {
            let readable = value.to_str().ok().map(|text| text.replace('+', "-").replace('/', "_"));
            if let Some(Ok(readable)) = readable.map(|text| text.parse()) {
                *value = readable;
            }
        }
    }
    request
}

async fn within<T>(
    call: Call,
    endpoint: &Endpoint,
    named: &NamedBy,
    answer: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, DockerError> {
    match timeout(call.limit, answer).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(DockerError::from_api(call.name, endpoint, named, error)),
        Err(_) => Err(DockerError::TimedOut { call: call.name, after_ms: call.limit.as_millis() as u64 }),
    }
}
