//! What a container is given of this host: folders, and standard input.

use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::models::{HostConfig, Mount, MountType};
use bollard::query_parameters::ContainerArchiveInfoOptionsBuilder;
use jiff::Timestamp;
use plimsoll_model::HostAndPort;
use plimsoll_runtime::{GivenFolder, GivenFolders};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::lane::Lane;
use crate::network::Network;

/// Puts folders into a container that is about to be created. The engine refuses one that it does not see.
pub(crate) fn mount(given: &GivenFolders, host: &mut HostConfig) {
    if given.all().is_empty() {
        return;
    }
    let mount = |folder: &GivenFolder| Mount {
        target: Some(folder.to.clone()),
        source: Some(folder.at.to_string_lossy().into_owned()),
        typ: Some(MountType::BIND),
        read_only: Some(!folder.write),
        ..Default::default()
    };
    host.mounts = Some(given.all().iter().map(mount).collect());
}

/// Looks whether a container that was created with folders has those of this host, and not others that lie at the same
/// place where its engine runs: a folder tells when it was changed last, to the nanosecond.
pub(crate) async fn check(daemon: &Daemon, container: &str, given: &GivenFolders) -> Result<(), DockerError> {
    for folder in given.all() {
        let options = ContainerArchiveInfoOptionsBuilder::new().path(&folder.to).build();
        let asked = daemon.client.get_container_archive_info(container, Some(options));
        let seen = daemon.call(Call::INSPECT, asked).await?.modification_time;
        let there = seen.and_then(|time| time.parse::<Timestamp>().ok()).map(SystemTime::from);
        if there.unwrap_or(UNIX_EPOCH) != changed(&folder.at) {
            return Err(unseen(daemon, &folder.at, "it has another folder there"));
        }
    }
    Ok(())
}

fn changed(folder: &Path) -> SystemTime {
    folder.metadata().and_then(|found| found.modified()).unwrap_or(UNIX_EPOCH)
}

fn unseen(daemon: &Daemon, folder: &Path, why: &'static str) -> DockerError {
    DockerError::Unseen { host: daemon.endpoint.to_string(), folder: folder.to_owned(), why }
}

/// What an engine's refusal of a creation means where folders are given.
pub(crate) fn explain(daemon: &Daemon, given: &GivenFolders, error: DockerError) -> DockerError {
    let DockerError::Api { message, .. } = &error else { return error };
    let missing =
        message.contains("bind source path does not exist") || message.contains("invalid mount config");
    let named = |folder: &&GivenFolder| message.contains(&*folder.at.to_string_lossy());
    match given.all().iter().find(named).filter(|_| missing) {
        Some(folder) => unseen(daemon, &folder.at, "it finds no such folder"),
        None => error,
    }
}

/// Standard input on its way into a container.
pub(crate) struct Feeding(JoinHandle<()>);

impl Feeding {
    /// Gives it these bytes, and then its end, beside whatever else goes on.
    pub(crate) fn of(mut input: Pin<Box<dyn AsyncWrite + Send>>, bytes: Arc<[u8]>) -> Self {
        Self(tokio::spawn(async move {
            // A program that ends before it has read all is no fault.
            let _ = input.write_all(&bytes).await;
            let _ = input.shutdown().await;
        }))
    }
}

impl Drop for Feeding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is to be said of hosts that are granted: containers are not held to them.
pub(crate) fn of_hosts(lane: &Lane, hosts: &[String]) -> Option<String> {
    if hosts.is_empty() {
        return None;
    }
    let named: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
    let loopback = |host: &String| {
        let read = host.parse::<HostAndPort>();
        read.is_ok_and(|read| {
            read.host == "localhost" || read.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    };
    let reaches = match lane.network() {
        Network::Bridge => "a container on the bridge reaches every address",
        Network::Host => "a container on the host's network reaches every address that this machine does",
    };
    let own = match hosts.iter().find(|host| lane.network() == Network::Bridge && loopback(host)) {
        Some(host) => format!(
            "; `{host}` is there the container itself: for a port of this machine take lane `docker+hostnet`, or name the \
             machine as `host.docker.internal` or by the bridge's own address"
        ),
        None => String::new(),
    };
    Some(format!("hosts are not held to {}: {reaches}{own}", named.join(", ")))
}
