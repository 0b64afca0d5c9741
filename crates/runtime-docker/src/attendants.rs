use std::path::{Path, PathBuf};
use std::time::Duration;

use plimsoll_runtime::proc::{self, Stat};
use plimsoll_runtime::{Process, Role};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::daemon::Daemon;
use crate::engine_kind::EngineKind;
use crate::sockets;

/// Where `containerd` listens when it is a service of its own.
const CONTAINERD_SOCKET: &str = "/run/containerd/containerd.sock";

/// A local socket is there or it is not.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// The engine's own processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attendants {
    /// The one that answers: `dockerd`, or Podman's service.
    pub(crate) engine: Option<u32>,
    /// `containerd`.
    pub(crate) containerd: Option<u32>,
}

impl Attendants {
    /// Finds them by relation, never by name alone: the engine holds the API's socket, and `containerd` is a child of
    /// `dockerd` or holds the socket that it is told to use. What can't be seen is left out.
    pub(crate) async fn find(daemon: &Daemon) -> Self {
        let Some(socket) = daemon.endpoint.socket() else { return Self::default() };
        let processes = Stat::all();
        let program = daemon.kind().program();
        let Some(engine) = holder(socket, program, &processes).await else { return Self::default() };
        if daemon.kind() == EngineKind::Podman {
            return Self { engine: Some(engine), containerd: None };
        }
        let child = processes.iter().find(|found| found.parent == engine && found.runs("containerd"));
        let containerd = match child {
            Some(child) => Some(child.pid),
            None => holder(&containerd_socket(&proc::arguments(engine)), "containerd", &processes).await,
        };
        Self { engine: Some(engine), containerd }
    }

    /// As the contract's processes.
    pub(crate) fn processes(self) -> Vec<Process> {
        let pids = self.engine.into_iter().chain(self.containerd);
        pids.map(|pid| Process { pid, role: Role::Daemon }).collect()
    }
}

/// The process that listens at a socket, if it runs the program.
async fn holder(socket: &Path, program: &str, processes: &[Stat]) -> Option<u32> {
    let runs = |pid: &u32| processes.iter().any(|found| found.pid == *pid && found.runs(program));
    let connected = timeout(CONNECT_LIMIT, UnixStream::connect(socket)).await.ok()?.ok()?;
    // The peer's credentials are those of whoever called `listen`: under systemd's socket activation that is
    // systemd, and the program has the same socket among its open files.
    let listener = connected.peer_cred().ok()?.pid().and_then(|pid| u32::try_from(pid).ok());
    drop(connected);
    listener.filter(runs).or_else(|| {
        let inode = sockets::listening_socket(socket)?;
        let candidates = processes.iter().filter(|found| found.runs(program)).map(|found| found.pid);
        candidates.into_iter().find(|&pid| sockets::holds_socket(pid, inode))
    })
}

fn containerd_socket(arguments: &[String]) -> PathBuf {
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word.strip_prefix("--containerd") {
            Some("") => return words.next().unwrap_or(CONTAINERD_SOCKET).into(),
            Some(rest) if rest.starts_with('=') => return rest[1..].into(),
            _ => {}
        }
    }
    CONTAINERD_SOCKET.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_s_arguments_name_its_containerd() {
        let socket = |line: &str| containerd_socket(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(socket("dockerd -H fd:// --containerd=/a.sock"), Path::new("/a.sock"));
        assert_eq!(socket("dockerd --containerd /b.sock"), Path::new("/b.sock"));
        assert_eq!(socket("dockerd"), Path::new(CONTAINERD_SOCKET));
    }
}
