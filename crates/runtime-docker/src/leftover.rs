use std::future::Future;
use std::time::Duration;

use bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptions};
use plimsoll_runtime::Owner;

use tokio::time::{Instant, sleep, timeout};

use crate::daemon::{Call, Daemon};
use crate::engine_kind::EngineKind;
use crate::exec_sessions;
use crate::{DockerError, OWNER_LABEL, images};

/// How long an interrupted trial may hold up its caller.
const LIMIT: Duration = Duration::from_secs(5);

/// Between two questions whether a container is gone.
const STEP: Duration = Duration::from_millis(5);

/// How long a creation that was broken off is waited for: the engine carries it through all the same.
const CREATION: Duration = Duration::from_secs(1);

/// Holds a container's name from just before it is created until it is removed. When a trial is broken off in
/// between, and its future dropped, the container is removed there and then.
pub(crate) struct Leftover {
    daemon: Daemon,
    name: String,
    owner: String,
    state: State,
    /// Whether processes were started in it that may have something stand beside them.
    has_sessions: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The engine may be at it.
    Asked,
    Created,
    /// Nothing is there, or nothing of ours.
    Nothing,
}

impl Leftover {
    pub(crate) fn guard(daemon: Daemon, name: String, owner: &Owner) -> Self {
        Self { daemon, name, owner: owner.label(), state: State::Asked, has_sessions: false }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The container is there.
    pub(crate) fn created(&mut self) {
        self.state = State::Created;
    }

    /// A process is started in it.
    pub(crate) fn executes(&mut self) {
        self.has_sessions = self.daemon.kind() == EngineKind::Podman;
    }

    /// Ends what stands beside such processes, when the container is gone.
    pub(crate) fn end_sessions(&mut self) {
        if std::mem::take(&mut self.has_sessions) {
            exec_sessions::end_of(&self.name);
        }
    }

    /// Nothing is there, or nothing of ours.
    pub(crate) fn disarm(&mut self) {
        self.state = State::Nothing;
    }

    /// Removes the container with its volumes, running or not.
    pub(crate) async fn remove(&mut self) -> Result<(), DockerError> {
        remove_container(&self.daemon, &self.name).await?;
        self.disarm();
        Ok(())
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let patience = match self.state {
            State::Nothing => None,
            State::Created => Some(Duration::ZERO),
            State::Asked => Some(CREATION),
        };
        if let Some(patience) = patience {
            let (daemon, name, owner) = (&self.daemon, &self.name, &self.owner);
            at_once(remove_own(daemon, name, owner, patience));
        }
        self.end_sessions();
    }
}

/// Holds what an owner has among the images. When it is broken off meanwhile they are removed there and then: no
/// container may stand on them any more.
pub(crate) struct ImagesLeft {
    daemon: Daemon,
    owner: Option<String>,
}

impl ImagesLeft {
    pub(crate) fn guard(daemon: Daemon, owner: &Owner) -> Self {
        Self { daemon, owner: Some(owner.label()) }
    }

    /// Nothing is there.
    pub(crate) fn disarm(&mut self) {
        self.owner = None;
    }
}

impl Drop for ImagesLeft {
    fn drop(&mut self) {
        if let Some(owner) = &self.owner {
            at_once(remove_images(&self.daemon, owner));
        }
    }
}

/// Removes an owner's images, and one that the engine is just making.
async fn remove_images(daemon: &Daemon, owner: &str) -> Result<(), DockerError> {
    let deadline = Instant::now() + CREATION;
    while images::images_of(daemon, owner).await? == 0 && Instant::now() < deadline {
        sleep(STEP).await;
    }
    Ok(())
}

/// Carries out a removal without a runtime to await it in: whoever drops may stand inside one that is about to end.
/// What this can't remove carries the owner's label, and a later sweep finds it.
pub(crate) fn at_once(removal: impl Future<Output = Result<(), DockerError>> + Send) {
    let remove = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let _ = runtime.block_on(async { timeout(LIMIT, removal).await });
        std::io::Result::Ok(())
    };
    std::thread::scope(|scope| {
        let _ = scope.spawn(remove).join();
    });
}

/// Removes the container of this name if it is this owner's: whoever else holds the name keeps it.
async fn remove_own(daemon: &Daemon, name: &str, owner: &str, patience: Duration) -> Result<(), DockerError> {
    let filters = [("label", vec![format!("{OWNER_LABEL}={owner}")])].into();
    let deadline = Instant::now() + patience;
    let mut seen = false;
    loop {
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let found = daemon.call(Call::LIST, daemon.client.list_containers(Some(options))).await?;
        let named = |names: &[String]| names.iter().any(|found| found.trim_start_matches('/') == name);
        if found.iter().any(|container| container.names.as_deref().is_some_and(named)) {
            seen = true;
            // While it is being created the engine lists it already, but denies it to every other call.
            remove_container(daemon, name).await?;
        } else if seen || Instant::now() >= deadline {
            return Ok(());
        }
        sleep(STEP).await;
    }
}

/// Removes a container with its volumes, running or not. One that is gone already is no error.
pub(crate) async fn remove_container(daemon: &Daemon, container: &str) -> Result<(), DockerError> {
    let options = RemoveContainerOptions { v: true, force: true, ..Default::default() };
    match daemon.call(Call::REMOVE, daemon.client.remove_container(container, Some(options))).await {
        // Somebody else is at it: a second run's sweep, or a user.
        Err(error) if error.status() == Some(409) => gone(daemon, container, error).await,
        Err(error) if error.status() != Some(404) => Err(error),
        _ => Ok(()),
    }
}

/// Waits for the end of a removal that somebody else asked for; the engine gives no call that does.
async fn gone(daemon: &Daemon, container: &str, error: DockerError) -> Result<(), DockerError> {
    let deadline = Instant::now() + LIMIT;
    while Instant::now() < deadline {
        let inspected = daemon.client.inspect_container(container, None);
        match daemon.call(Call::INSPECT, inspected).await {
            Err(error) if error.status() == Some(404) => return Ok(()),
            Err(error) => return Err(error),
            Ok(_) => sleep(STEP).await,
        }
    }
    Err(error)
}
